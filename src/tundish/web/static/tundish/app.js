// Small manners of every page. Everything here is a convenience: the pages work without it.
(() => {
  const inField = (e) => e.target.closest("input, textarea, select, [contenteditable]");

  document.addEventListener("submit", (event) => {
    const form = event.target.closest("form[data-theme-form]");
    if (!form) return;
    event.preventDefault();
    const choice = event.submitter.value;
    document.documentElement.dataset.themeChoice = choice;
    window.tundishTheme();
    for (const b of form.querySelectorAll("button")) b.setAttribute("aria-pressed", b.value === choice);
    const body = new FormData(form, event.submitter);
    fetch(form.action, { method: "POST", body, headers: { "X-Requested-With": "fetch" } });
  });

  document.addEventListener("change", (event) => {
    const form = event.target.closest("form[data-submit-on-change]");
    if (form) form.requestSubmit();
  });

  document.addEventListener("click", (event) => {
    const close = event.target.closest("[data-close-toast]");
    if (close) close.closest(".note-toast").remove();
    const row = event.target.closest("tr[data-href]");
    if (row && !event.target.closest("a, button, input, label") && !String(getSelection())) {
      row.querySelector("a").click();
    }
  });

  const rows = () => [...document.querySelectorAll("tr[data-href], [data-row]")];
  const link = (row) => row.querySelector("a");
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape" && event.target.matches("input[type=search]")) return event.target.blur();
    if (inField(event)) return;
    if (event.key === "/") {
      const field = document.querySelector("[data-search-here]") || document.querySelector("[data-search]");
      if (field) { event.preventDefault(); field.focus(); field.select(); }
    }
    if (event.key === "j" || event.key === "k") {
      const all = rows();
      if (!all.length) return;
      const now = all.findIndex((row) => row.contains(document.activeElement));
      const next = now < 0 ? 0 : Math.min(all.length - 1, Math.max(0, now + (event.key === "j" ? 1 : -1)));
      link(all[next]).focus();
      all[next].scrollIntoView({ block: "nearest" });
    }
    if (event.key === "n" || event.key === "p") {
      const way = document.querySelector(event.key === "n" ? "a[rel=next]" : "a[rel=prev]");
      if (way) way.click();
    }
  });

  document.addEventListener("click", async (event) => {
    const button = event.target.closest("button[data-copy]");
    if (!button) return;
    const source = document.getElementById(button.dataset.copy);
    try {
      await navigator.clipboard.writeText(source.textContent);
    } catch {
      // Without HTTPS there is no clipboard: select the text, so that Ctrl+C takes it.
      getSelection().selectAllChildren(source);
      return;
    }
    const text = button.querySelector("span");
    const before = text.textContent;
    text.textContent = button.dataset.doneText;
    setTimeout(() => { text.textContent = before; }, 2000);
  });
})();
