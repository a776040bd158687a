/* Tundish on your site: pages, marked clicks, forms.
   <script defer src="https://HOST/t.js" data-key="WRITE KEY"></script>
   No cookie and no storage before tundish.consent(true); nothing at all where the browser says
   Global Privacy Control or Do Not Track. */
(function (w, d, n) {
  "use strict";
  var me = d.currentScript, early = w.tundish, queue = [], waiting = 0, tries = 0, busy = false;
  var quiet = n.globalPrivacyControl || n.doNotTrack === "1" || w.doNotTrack === "1";
  var home = new URL(me.src).origin, key = me.dataset.key, KEPT = "tundish_queue", ID = "tundish_id";
  var user = null, last = null, id = cookie(ID);

  function cookie(name) {
    var found = d.cookie.match(new RegExp("(?:^|; )" + name + "=([^;]*)"));
    return found ? found[1] : null;
  }
  function setCookie(name, value, seconds) {
    d.cookie = name + "=" + value + ";path=/;max-age=" + seconds + ";samesite=lax" +
      (location.protocol === "https:" ? ";secure" : "");
  }
  function unique() {
    if (w.crypto && crypto.randomUUID) return crypto.randomUUID();
    return "xxxxxxxxxxxx4xxxyxxxxxxxxxxxxxxx".replace(/[xy]/g, function (c) {
      var r = crypto.getRandomValues(new Uint8Array(1))[0] & 15;
      return (c === "x" ? r : (r & 3) | 8).toString(16);
    });
  }
  function session() {
    if (!id) return undefined;
    var now = cookie("tundish_session") || unique();
    setCookie("tundish_session", now, 1800);
    return now;
  }
  function keep() {
    if (!id) return;
    try { localStorage.setItem(KEPT, JSON.stringify(queue.slice(-500))); } catch (_) { /* full or forbidden */ }
  }
  function add(type, more) {
    if (quiet || !key) return;
    var message = {
      type: type, messageId: unique(), timestamp: new Date().toISOString(),
      anonymousId: id || undefined, userId: user || undefined,
      context: {
        page: { url: location.href, path: location.pathname, title: d.title, referrer: last === null ? d.referrer : last },
        userAgent: n.userAgent, locale: n.language, sessionId: session(), library: { name: "tundish.js", version: "1" }
      }
    };
    for (var name in more) message[name] = more[name];
    queue.push(message);
    keep();
    if (!tries) soon(100);
  }
  function soon(wait) {
    clearTimeout(waiting);
    waiting = setTimeout(function () { waiting = 0; send(); }, wait);
  }
  function body(messages) {
    return JSON.stringify({ writeKey: key, sentAt: new Date().toISOString(), snippet: 1, cookieless: !id, batch: messages });
  }
  function send() {
    if (busy || !queue.length) return;
    var some = queue.slice(0, 20);
    busy = true;
    // Text, so that the browser asks no question first.
    fetch(home + "/v1/batch", { method: "POST", body: body(some), credentials: "omit", keepalive: true }).then(function (answer) {
      if (answer.status >= 500 || answer.status === 429) throw answer.status;
      if (!answer.ok && w.console) console.warn("Tundish refused what this page sent:", answer.status);
      queue.splice(0, some.length);
      tries = 0;
      keep();
    }).catch(function () {
      tries += 1;
    }).then(function () {
      busy = false;
      if (queue.length) soon(tries ? Math.min(30000, 1000 * Math.pow(2, tries)) : 0);
    });
  }
  function leave() {
    // Whether it arrives is not told: what is kept goes again from the next page, and its id counts once.
    if (queue.length && n.sendBeacon) n.sendBeacon(home + "/v1/batch", body(queue.slice(0, 40)));
  }
  function page(name) {
    add("page", { name: typeof name === "string" ? name : undefined });
    last = location.href;
  }
  function moved() { if (last !== null && last.split("#")[0] !== location.href.split("#")[0]) page(); }
  function value(form, words) {
    for (var i = 0; i < form.elements.length; i++) {
      var field = form.elements[i];
      if (field.type === "password" || field.type === "hidden" || !field.value) continue;
      if (words.test([field.autocomplete, field.type, field.name, field.id].join(" "))) return String(field.value).slice(0, 300);
    }
  }

  var api = {
    page: page,
    track: function (name, properties) { add("track", { event: name, properties: properties || {} }); },
    identify: function (who, traits) {
      user = who || (traits && traits.email) || user;
      if (user) add("identify", { traits: traits || {} });
    },
    consent: function (given) {
      if (quiet) return;
      if (given) {
        id = id || unique();
        setCookie(ID, id, 31536000);
        keep();
      } else {
        id = null;
        setCookie(ID, "", 0);
        setCookie("tundish_session", "", 0);
        try { localStorage.removeItem(KEPT); } catch (_) { /* forbidden */ }
      }
    },
    push: function (call) { if (api[call[0]]) api[call[0]].apply(null, [].slice.call(call, 1)); }
  };
  w.tundish = api;
  if (quiet || !key) return;

  if (id) {
    // What an earlier page could not send, before anything is kept anew.
    try { queue = JSON.parse(localStorage.getItem(KEPT) || "[]"); } catch (_) { queue = []; }
  }
  if (me.dataset.consent === "given" || id) api.consent(true);
  d.addEventListener("click", function (event) {
    var marked = event.target.closest && event.target.closest("[data-tundish-click]");
    if (marked) api.track("link_clicked", { link: marked.getAttribute("data-tundish-click") || marked.textContent.trim().slice(0, 80), href: marked.href || undefined });
  }, true);
  d.addEventListener("submit", function (event) {
    var form = event.target, told = form.getAttribute("data-tundish-form");
    if (form.hasAttribute("data-tundish-ignore") || form.querySelector("input[type=password],input[type=search]")) return;
    if (told !== null) {
      var email = value(form, /e-?mail/i);
      if (email) api.identify(email, { email: email, name: value(form, /(^| )(full-?)?name|your-name/i), phone: value(form, /tel|phone/i), company: value(form, /organi[sz]ation|company|firm/i) });
    }
    api.track("form_submitted", { form: told || form.getAttribute("name") || form.id || location.pathname });
  }, true);
  ["pushState", "replaceState"].forEach(function (name) {
    var own = history[name];
    history[name] = function () { var out = own.apply(this, arguments); setTimeout(moved, 0); return out; };
  });
  w.addEventListener("popstate", moved);
  w.addEventListener("online", function () { tries = 0; send(); });
  w.addEventListener("pagehide", leave);
  page();
  if (early && early.length) [].forEach.call(early, api.push);
})(window, document, navigator);
