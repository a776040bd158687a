// Editing in place: a click on a value opens its form, Escape leaves it, the focus stays where one was.
(() => {
  let editing = "";

  document.addEventListener("click", (event) => {
    const value = event.target.closest(".fact-value");
    if (!value || String(getSelection())) return;
    value.parentElement.querySelector(".fact-edit")?.click();
  });

  document.addEventListener("keydown", (event) => {
    const form = event.target.closest("[data-inline-edit]");
    if (!form) {
      if (event.key === "e" && !event.ctrlKey && !event.metaKey && !event.altKey && !event.target.closest("input, textarea, select")) {
        document.querySelector(".fact-edit")?.click();
      }
      return;
    }
    if (event.key === "Escape") {
      event.preventDefault();
      form.querySelector("[data-cancel]").click();
    }
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
  });

  document.addEventListener("htmx:afterSettle", () => {
    const open = document.querySelector("[data-inline-edit] [data-first]");
    if (open) {
      if (!open.closest("form").contains(document.activeElement)) {
        editing = open.closest(".fact").id.replace("fact-", "edit-");
        open.focus();
        if (open.select) open.select();
      }
    } else if (editing) {
      document.getElementById(editing)?.focus();
      editing = "";
    }
  });
})();
