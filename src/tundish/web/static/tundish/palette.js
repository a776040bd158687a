// The command palette (Ctrl-K), the list of keys (?), and g with a letter. Nothing fires in a field.
(() => {
  const palette = document.getElementById("palette"), keys = document.getElementById("keys");
  if (!palette) return;
  const input = palette.querySelector("input"), found = palette.querySelector("[data-found]");
  const says = palette.querySelector("[data-says]"), all = palette.querySelector("[data-all]");
  const still = [...palette.querySelectorAll("[data-still] [role=option]")];
  const plain = (text) => text.trim().toLocaleLowerCase().normalize("NFKD").replace(/\p{M}/gu, "");
  let current = null, asked = 0, waiting = null, typed = "";

  const shown = () => [...palette.querySelectorAll("[role=option]")].filter((one) => !one.hidden && !one.closest("[hidden]"));
  const choose = (one) => {
    for (const other of palette.querySelectorAll("[aria-selected=true]")) other.setAttribute("aria-selected", "false");
    current = one || null;
    if (!current) return input.removeAttribute("aria-activedescendant");
    if (!current.id) current.id = `option-${Math.random().toString(36).slice(2)}`;
    current.setAttribute("aria-selected", "true");
    input.setAttribute("aria-activedescendant", current.id);
    current.scrollIntoView({ block: "nearest" });
  };
  const tell = () => {
    const options = shown();
    says.textContent = options.length ? says.dataset.some.replace("{n}", options.length.toLocaleString(document.documentElement.lang)) : says.dataset.none;
  };
  const narrow = () => {
    const text = plain(input.value);
    for (const one of still) one.hidden = text !== "" && !plain(one.querySelector(".palette-name").textContent).includes(text);
    for (const group of palette.querySelectorAll("[data-still]")) group.hidden = !group.querySelector("[role=option]:not([hidden])");
    all.hidden = text === "";
    all.querySelector("a").href = `${palette.dataset.searchPage}?q=${encodeURIComponent(input.value.trim())}`;
    choose(shown()[0]);
  };
  const find = async () => {
    const text = input.value.trim(), mine = ++asked;
    if (!text) { found.replaceChildren(); narrow(); tell(); return; }
    const answer = await fetch(`${palette.dataset.find}?q=${encodeURIComponent(text)}`, { headers: { "X-Requested-With": "fetch" } }).catch(() => null);
    if (mine !== asked || !answer || !answer.ok) return;  // a later question is under way
    found.innerHTML = await answer.text();
    if (mine !== asked) return;
    if (!current || !current.isConnected || current === shown()[0] || current.closest("[data-all]")) choose(shown()[0]);
    tell();
  };
  const open = () => {
    if (palette.open) return palette.close();
    if (keys.open) keys.close();
    input.value = typed = "";
    found.replaceChildren();
    narrow();
    palette.showModal();
    input.focus();
    tell();
  };

  input.addEventListener("input", () => {
    if (input.value === typed) return;
    typed = input.value;
    narrow();
    clearTimeout(waiting);
    waiting = setTimeout(find, 90);
  });
  input.addEventListener("keydown", (event) => {
    const options = shown(), at = options.indexOf(current);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: options.length - 1 }[event.key];
    if (to !== undefined && options.length && !(input.value && ["Home", "End"].includes(event.key))) {
      event.preventDefault();
      choose(options[(to + options.length) % options.length]);
    }
    if (event.key === "Enter" && !event.isComposing) {
      event.preventDefault();
      if (current) current.click();
    }
  });
  palette.addEventListener("click", (event) => {
    if (event.target === palette) palette.close();
    if (event.target.closest("[data-keys]")) { event.preventDefault(); palette.close(); keys.showModal(); }
  });
  keys.addEventListener("click", (event) => { if (event.target === keys) keys.close(); });
  for (const button of document.querySelectorAll("[data-palette]")) button.addEventListener("click", open);

  const busy = (event) => event.target.closest("input:not([type=checkbox]), textarea, select, [contenteditable], dialog, .dropdown-menu.show, .modal.show");
  let going = 0;
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && event.code === "KeyK") {
      event.preventDefault();
      return open();
    }
    if (event.ctrlKey || event.metaKey || event.altKey || busy(event) || palette.open || keys.open) return;
    if (event.key === "?") { event.preventDefault(); return keys.showModal(); }
    // By the place on the keyboard, so that g works with an Arabic layout too.
    const letter = /^[a-z]$/.test(event.key) ? event.key : event.code.startsWith("Key") ? event.code.slice(3).toLowerCase() : "";
    if (going && Date.now() - going < 1500) {
      going = 0;
      const way = palette.querySelector(`[data-go="${CSS.escape(letter)}"]`);
      if (way) { event.preventDefault(); event.stopImmediatePropagation(); return way.click(); }
    }
    if (letter === "g" && !event.shiftKey) { going = Date.now(); return; }
    const make = letter === "c" && !event.shiftKey && palette.querySelector("[data-make]");
    if (make) { event.preventDefault(); make.click(); }
  }, true);
})();
