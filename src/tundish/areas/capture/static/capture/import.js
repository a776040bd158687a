// Dropping files, names of the chosen ones, buttons that can be pressed once, copying. The pages work without it.
(() => {
  document.documentElement.classList.add("scripted");

  const form = document.querySelector("form[data-upload]");
  if (form) {
    const zone = form.querySelector("[data-drop-zone]");
    const input = form.querySelector("input[type=file]");
    const list = form.querySelector("[data-chosen]");
    const tooLarge = form.querySelector("[data-too-large]");
    const button = form.querySelector("button");
    zone.classList.add("can-drop");

    const show = () => {
      const files = [...input.files];
      list.replaceChildren(...files.map((file) => {
        const item = document.createElement("li");
        const name = document.createElement("bdi");
        name.textContent = file.name;
        item.append(name);
        return item;
      }));
      list.hidden = !files.length;
      const over = files.reduce((sum, file) => sum + file.size, 0) > Number(form.dataset.most);
      tooLarge.hidden = !over;
      button.disabled = over;
    };
    input.addEventListener("change", show);
    addEventListener("pageshow", show);

    // The whole page takes a file, so that one dropped beside the mark does not replace the page.
    let inside = 0;
    const carriesFiles = (event) => [...(event.dataTransfer?.types || [])].includes("Files");
    addEventListener("dragenter", (event) => {
      if (!carriesFiles(event)) return;
      inside += 1;
      zone.classList.add("is-over");
    });
    addEventListener("dragleave", (event) => {
      if (!carriesFiles(event)) return;
      inside = Math.max(0, inside - 1);
      if (!inside) zone.classList.remove("is-over");
    });
    addEventListener("dragover", (event) => { if (carriesFiles(event)) event.preventDefault(); });
    addEventListener("drop", (event) => {
      if (!carriesFiles(event)) return;
      event.preventDefault();
      inside = 0;
      zone.classList.remove("is-over");
      input.files = event.dataTransfer.files;
      show();
      button.focus();
    });
  }

  const busy = [];
  document.addEventListener("submit", (event) => {
    const sent = event.target.closest("form[data-upload], form[data-once]");
    if (!sent) return;
    if (sent.dataset.sent) return event.preventDefault();
    sent.dataset.sent = "yes";
    const pressed = event.submitter;
    const text = pressed?.querySelector("span");
    if (text && pressed.dataset.busyText) {
      busy.push([text, text.textContent]);
      text.textContent = pressed.dataset.busyText;
    }
  });
  // Back from the next page: the form may be sent again.
  addEventListener("pageshow", () => {
    for (const [text, before] of busy.splice(0)) text.textContent = before;
    for (const sent of document.querySelectorAll("form[data-sent]")) delete sent.dataset.sent;
  });
})();
