// The editor saves while one types and shows the draft beside it. Without it every button sends the form.
(() => {
  const form = document.querySelector("form[data-editor]");
  const frame = document.querySelector("[data-preview]");
  const stage = document.querySelector("[data-stage]");
  if (!form) return;

  // One request after the other: each carries the revision that the one before it has given.
  let last = Promise.resolve();
  let waiting = null;

  const send = (action) => {
    clearTimeout(waiting);
    waiting = null;
    last = last.then(() => post(action)).catch(() => location.reload());
    return last;
  };

  const post = async (action) => {
    const body = new FormData(form);
    const keeps = action === "save";
    body.set("do", action);
    if (!action.startsWith("upload:")) {
      for (const [name, value] of [...body]) if (value instanceof File) body.delete(name);
    }
    const headers = { "HX-Request": "true", "HX-Target": keeps ? "saved" : "editor" };
    const answer = await fetch(form.action, { method: "POST", body, headers });
    if (![200, 409, 422].includes(answer.status)) throw new Error(answer.status);
    const old = document.getElementById(keeps ? "saved" : "editor");
    const holder = document.createElement("template");
    holder.innerHTML = await answer.text();
    const fresh = holder.content.querySelector(`#${old.id}`);
    if (keeps) {
      old.replaceWith(fresh);
      form.querySelector("button[value=undo]").disabled = false;
    } else {
      redraw(old, fresh, action);
    }
    if (answer.ok) show();
  };

  const redraw = (old, fresh, action) => {
    const open = new Set([...old.querySelectorAll("details[open]")].map((one) => one.id));
    const active = document.activeElement;
    const came = { id: active.id, value: active.value, name: active.name };
    for (const one of fresh.querySelectorAll("details")) if (open.has(one.id)) one.open = true;
    const known = new Set([...old.querySelectorAll("details, .form-field")].map((one) => one.id));
    old.replaceWith(fresh);
    const added = [...fresh.querySelectorAll("details, .form-field")].find((one) => !known.has(one.id));
    const same = came.id ? document.getElementById(came.id)
      : [...fresh.querySelectorAll("button[name=do]")].find((one) => one.value === came.value && !one.disabled);
    if (added && action !== "undo") {
      if (added.tagName === "DETAILS") added.open = true;
      added.querySelector("input:not([type=hidden]), textarea, select")?.focus();
      added.scrollIntoView({ block: "nearest" });
    } else if (same) {
      same.focus({ preventScroll: true });
      same.scrollIntoView({ block: "nearest" });
    } else {
      fresh.querySelector("button[value=undo]").focus({ preventScroll: true });
    }
  };

  const show = () => {
    const at = frame.contentWindow.scrollY;
    frame.addEventListener("load", () => frame.contentWindow.scrollTo(0, at), { once: true });
    frame.contentWindow.location.reload();
  };

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send(event.submitter?.value || "save");
  });
  form.addEventListener("input", (event) => {
    if (event.target.matches("[type=file], [data-redraw]")) return;
    clearTimeout(waiting);
    waiting = setTimeout(() => send("save"), 500);
  });
  form.addEventListener("change", (event) => {
    if (event.target.matches("[data-upload]") && event.target.files.length) send(event.target.dataset.upload);
    if (event.target.matches("[data-redraw]")) send("redraw");
  });
  for (const publish of document.querySelectorAll("form[data-publish]")) {
    publish.addEventListener("submit", async (event) => {
      if (!waiting && !event.target.dataset.wait) return;
      event.preventDefault();
      await send("save");
      event.target.submit();
    });
  }
  addEventListener("beforeunload", (event) => { if (waiting) event.preventDefault(); });

  // A faulty block is opened when its fault is followed.
  const openTarget = () => {
    const block = location.hash && document.getElementById(location.hash.slice(1));
    if (block?.tagName === "DETAILS") block.open = true;
  };
  addEventListener("hashchange", openTarget);
  openTarget();

  if (stage.clientWidth < 600) {
    stage.dataset.stage = "phone";
    for (const one of document.querySelectorAll("button[data-width]")) one.setAttribute("aria-pressed", one.dataset.width === "phone");
  }
  const WIDTHS = { phone: 390, desktop: 1280 };
  const fit = () => {
    const width = WIDTHS[stage.dataset.stage];
    const scale = Math.min(1, stage.clientWidth / width);
    frame.style.width = `${width}px`;
    frame.style.height = `${stage.clientHeight / scale}px`;
    frame.style.transform = `scale(${scale})`;
    frame.style.marginInlineStart = `${Math.max(0, (stage.clientWidth - width * scale) / 2)}px`;
  };
  document.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-width]");
    if (!button) return;
    stage.dataset.stage = button.dataset.width;
    for (const one of document.querySelectorAll("button[data-width]")) one.setAttribute("aria-pressed", one === button);
    fit();
  });
  new ResizeObserver(fit).observe(stage);
  fit();
})();
