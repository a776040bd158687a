// Lists: selecting rows, and the filter form. The pages work without it.
(() => {
  document.documentElement.classList.add("scripted");
  const form = () => document.getElementById("bulk-form");
  const picks = () => [...document.querySelectorAll("[data-pick]")];
  const inField = (e) => e.target.closest("input:not([type=checkbox]), textarea, select, [contenteditable], dialog");

  const tell = () => {
    const here = form();
    if (!here) return;
    const all = picks(), chosen = all.filter((box) => box.checked).length;
    const page = here.querySelector("[data-pick-page]");
    const every = here.querySelector("[data-everything]");
    if (page) { page.checked = chosen > 0 && chosen === all.length; page.indeterminate = chosen > 0 && chosen < all.length; }
    if (every && !chosen) every.checked = false;
    const said = here.querySelector("[data-picked]");
    const count = every && every.checked ? Number(here.dataset.total) : chosen;
    if (said) said.textContent = said.dataset.words.replace("{n}", count.toLocaleString(document.documentElement.lang));
  };
  const fieldInputs = () => {
    const choice = document.querySelector("[data-field-choice]");
    if (!choice) return;
    for (const part of document.querySelectorAll("[data-value-of]")) {
      const on = part.dataset.valueOf === choice.value;
      part.hidden = !on;
      for (const input of part.querySelectorAll("input, select")) input.disabled = !on;
    }
  };

  let last = null;
  document.addEventListener("click", (event) => {
    const box = event.target.closest("[data-pick]");
    if (box) {
      const all = picks(), here = all.indexOf(box);
      if (event.shiftKey && last !== null && all[last]) {
        for (let i = Math.min(last, here); i <= Math.max(last, here); i++) all[i].checked = box.checked;
      }
      last = here;
    }
    if (event.target.closest("[data-unpick]")) { for (const one of picks()) one.checked = false; tell(); }
    // These buttons only change the form; a plain submit would leave the page.
    const step = event.target.closest("[data-step]");
    if (step && window.htmx && step.form) {
      event.preventDefault();
      const query = new URLSearchParams(new FormData(step.form));
      query.set("step", step.value);
      htmx.ajax("GET", `${step.form.getAttribute("action")}?${query}`, { target: "#builder", swap: "outerHTML" });
    }
    const move = event.target.closest("[data-move]");
    if (move) {
      event.preventDefault();
      const line = move.closest("[data-column]");
      const other = move.dataset.move === "earlier" ? line.previousElementSibling : line.nextElementSibling;
      if (other) other[move.dataset.move === "earlier" ? "before" : "after"](line);
      move.focus();
    }
    const out = event.target.closest("[data-export]");
    if (out) {
      event.preventDefault();
      const here = form(), address = new URL(here.action);
      const query = new URLSearchParams(address.search);
      const every = here.querySelector("[data-everything]");
      if (!every || !every.checked) for (const box of picks()) if (box.checked) query.append("id", box.value);
      location.href = `${out.getAttribute("formaction")}?${query}`;
    }
  });
  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-pick-page]")) for (const box of picks()) box.checked = event.target.checked;
    if (event.target.matches("[data-field-choice]")) fieldInputs();
    tell();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "x" || event.ctrlKey || event.metaKey || event.altKey || inField(event)) return;
    const row = document.activeElement && document.activeElement.closest("tr[data-href]");
    const box = row && row.querySelector("[data-pick]");
    if (box) { event.preventDefault(); box.checked = !box.checked; tell(); }
  });
  const begin = () => { tell(); fieldInputs(); };
  document.addEventListener("htmx:afterSettle", (event) => {
    begin();
    if (event.target.id === "builder") {
      const button = document.getElementById("filter-button");
      if (button) button.setAttribute("aria-expanded", "true");
    }
  });
  begin();
})();
