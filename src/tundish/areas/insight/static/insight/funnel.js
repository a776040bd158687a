// The living picture: asks every second whether the journal has moved, and only then for the part.
(() => {
  document.documentElement.classList.add("scripted");
  let asking = false;
  const look = async () => {
    const part = document.getElementById("picture");
    if (!part || asking || document.hidden) return;
    asking = true;
    try {
      const answer = await fetch(part.dataset.position, { headers: { Accept: "application/json" }, cache: "no-store" });
      if (answer.ok && (await answer.json()).token !== part.dataset.token) await renew();
    } catch { /* the server rests; the next second asks again */ } finally { asking = false; }
  };
  const place = (part) => {
    const at = document.activeElement;
    if (!part.contains(at) || !at.getAttribute) return null;
    return at.getAttribute("href");
  };
  const renew = async () => {
    const part = document.getElementById("picture");
    const href = place(part), open = part.querySelector(".table-twin")?.open;
    await htmx.ajax("GET", location.href, { target: "#picture", swap: "outerHTML" });
    const fresh = document.getElementById("picture");
    if (open === false) fresh.querySelector(".table-twin").open = false;
    if (href) {
      const same = [...fresh.querySelectorAll("a")].find((a) => a.getAttribute("href") === href && a.getClientRects().length && a.tabIndex === 0);
      same?.focus({ preventScroll: true });
    }
  };
  setInterval(look, 1000);
  document.addEventListener("visibilitychange", look);
})();
