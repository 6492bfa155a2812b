// What a page does while it stays open: it counts down, hears of changes, and keeps what you were reading as it was.
// Everything else works without this file.
(() => {
  "use strict";
  const TICK_MS = 1000;
  const DEBOUNCE_MS = 60;
  const wasOpen = new Set();
  let source = null;
  let sourceUrl = "";
  let pending = 0;

  const place = () => document.querySelector("[data-stream]");
  const TOLD_MS = 6000;
  let quiet = 0;
  const hush = () => {
    clearTimeout(quiet);
    quiet = setTimeout(() => { const told = document.getElementById("told"); if (told) told.textContent = ""; }, TOLD_MS);
  };
  const say = (words) => {
    const told = document.getElementById("told");
    if (told) told.textContent = words;
    hush();
  };

  // Countdown rings: the server drew them for the moment it answered; the clock goes on here.
  const offset = (() => {
    const now = Number(document.documentElement.dataset.now);
    return Number.isFinite(now) && now > 0 ? now - Date.now() : 0;
  })();
  const digits = (n) => String(n).padStart(2, "0");
  const tick = () => {
    for (const ring of document.querySelectorAll("svg[data-due]")) {
      const due = Number(ring.dataset.due);
      const start = Number(ring.dataset.start);
      const left = due - (Date.now() + offset);
      const run = ring.querySelector(".run");
      const round = Number(run.dataset.round);
      const part = Math.max(0, Math.min(1, left / Math.max(1, due - start)));
      run.setAttribute("stroke-dasharray", `${(part * round).toFixed(1)} ${round}`);
      const seconds = Math.floor(Math.abs(left) / 1000);
      const hours = Math.floor(seconds / 3600);
      const minutes = Math.floor((seconds % 3600) / 60);
      const [figure, unit] =
        hours >= 48 ? [String(Math.floor(hours / 24)), ring.dataset.days]
        : hours >= 1 ? [`${hours}:${digits(minutes)}`, ring.dataset.hours]
        : [`${minutes}:${digits(seconds % 60)}`, ring.dataset.minutes];
      ring.querySelector(".figure").textContent = figure;
      ring.querySelector(".unit").textContent = unit;
      ring.classList.toggle("late", left < 0);
    }
  };

  // Read the page anew and put its changed parts in place. What was asked for a page that is gone is thrown away.
  let reading = false;
  let again = false;
  const readAnew = async () => {
    const here = place();
    if (!here) return;
    if (reading) { again = true; return; }
    reading = true;
    try {
      const answer = await fetch(here.dataset.from, { headers: { Accept: "text/html" }, credentials: "same-origin" });
      if (answer.status === 401 || answer.status === 410) { location.reload(); return; }
      const fresh = answer.ok ? new DOMParser().parseFromString(await answer.text(), "text/html") : null;
      if (fresh && place() === here) {
        put(here.dataset.parts.split(" "), fresh);
        if (unseen) { unseen = false; show(newest()); seen(); }
      }
    } catch { /* no connection: the stream comes back, and says so */ } finally {
      reading = false;
      if (again) { again = false; changed(); }
    }
  };
  const put = (names, fresh) => {
    keepOpen();
    document.dispatchEvent(new CustomEvent("desk:before"));
    for (const name of names) {
      const old = document.getElementById(name);
      const made = fresh.getElementById(name);
      if (!old || !made || old.innerHTML === made.innerHTML) continue;
      old.replaceChildren(...made.childNodes);
      window.htmx?.process(old);
    }
    settled();
    document.dispatchEvent(new CustomEvent("desk:after"));
  };

  // One stream for the page in front of you; a page behind another one listens no more and catches up on return.
  const changed = () => {
    clearTimeout(pending);
    pending = setTimeout(readAnew, DEBOUNCE_MS);
  };
  const light = (on) => {
    for (const dot of document.querySelectorAll(".live-dot")) {
      dot.classList.toggle("on", on);
      dot.lastElementChild.textContent = on ? dot.dataset.on : dot.dataset.off;
    }
  };
  const close = () => {
    if (source) source.close();
    source = null;
    sourceUrl = "";
    light(false);
  };
  const open = () => {
    const url = place()?.dataset.stream ?? "";
    if (document.hidden || !url || url === resting) return close();
    if (source && sourceUrl === url && source.readyState !== EventSource.CLOSED) return light(source.readyState === EventSource.OPEN);
    close();
    sourceUrl = url;
    source = new EventSource(url);
    source.addEventListener("open", () => light(true));
    source.addEventListener("error", () => light(false));
    source.addEventListener("changed", changed);
    // Too many pages of one person listen: this one, the oldest, goes on when somebody looks at it again.
    source.addEventListener("enough", () => { resting = sourceUrl; close(); });
    source.addEventListener("bye", () => { close(); setTimeout(open, 500 + Math.random() * 2000); });
  };
  let resting = "";
  const back = () => {
    resting = "";
    if (!document.hidden && place()) changed();
    open();
  };
  document.addEventListener("visibilitychange", back);
  window.addEventListener("focus", () => { if (resting) back(); });

  // A swap keeps open what was open, and says what is new.
  const keepOpen = () => {
    wasOpen.clear();
    for (const d of document.querySelectorAll("details[id][open]")) wasOpen.add(d.id);
  };
  let heard = 0;
  let heardOf = "";
  const hear = () => {
    const now = count();
    const of = place()?.dataset.from.split("?")[0] ?? "";
    if (of !== heardOf) clearTimeout(looking);
    else if (now > heard) { say(document.getElementById("thread").dataset.told); show(newest()); look(); }
    heard = now;
    heardOf = of;
  };
  // What the person wrote meanwhile is brought into view; once it has stood there for a while, it counts as seen, and
  // the forms say so. An act that would pass over something unseen is refused by the server.
  const SEEN_MS = 4000;
  let unseen = false;
  let looking = 0;
  const newest = () => [...document.querySelectorAll("#thread .say.theirs")].at(-1);
  const show = (message) => message?.scrollIntoView({ block: "nearest" });
  const inView = (message) => {
    const box = message.getBoundingClientRect();
    return !document.hidden && box.bottom > 0 && box.top < innerHeight;
  };
  const seen = () => {
    const number = document.querySelector("#thread [data-newest]")?.dataset.newest;
    if (number) for (const field of document.querySelectorAll("input[name=seen]")) field.value = number;
  };
  const look = () => {
    clearTimeout(looking);
    looking = setTimeout(() => { const message = newest(); if (message && inView(message)) seen(); }, SEEN_MS);
  };
  const count = () => document.querySelectorAll("#thread .say.theirs").length;
  const settled = () => {
    for (const id of wasOpen) document.getElementById(id)?.setAttribute("open", "");
    tick();
    open();
    hear();
  };
  document.addEventListener("htmx:beforeSwap", keepOpen);
  document.addEventListener("htmx:afterSettle", () => { hush(); settled(); });

  // A refused or lost submission: what was written stays in the form, and the reason is said beside it.
  const problem = (form, message) => {
    const slot = form?.querySelector?.("[data-problem]");
    if (slot) { slot.textContent = message; slot.hidden = false; }
    say(message);
  };
  document.addEventListener("htmx:responseError", (event) => {
    let message = "";
    try {
      const said = JSON.parse(event.detail.xhr.responseText);
      message = [said.detail, said.next_step].filter(Boolean).join(" ");
      if (said.code === "message_unseen") { unseen = true; changed(); }
    } catch { message = document.body.dataset.lost; }
    problem(event.detail.elt, message);
  });
  document.addEventListener("htmx:sendError", (event) => {
    if (event.detail.requestConfig?.verb !== "get") problem(event.detail.elt, document.body.dataset.lost);
  });

  // Copy the secret link; where the browser does not allow it, the field is selected.
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    const field = document.getElementById(button.dataset.copy);
    field.select();
    try {
      await navigator.clipboard.writeText(field.value);
      say(button.dataset.done);
      button.querySelector("span").textContent = button.dataset.done;
    } catch { field.focus(); }
  });

  // Ticks on a checklist belong to this browser alone; they are kept until the tab closes.
  const ticks = () => {
    for (const list of document.querySelectorAll("[data-ticks]")) {
      let kept;
      try { kept = new Set(JSON.parse(sessionStorage.getItem(list.dataset.ticks) ?? "[]")); } catch { return; }
      for (const box of list.querySelectorAll("input.tick")) if (kept.has(box.value)) box.checked = true;
    }
  };
  document.addEventListener("change", (event) => {
    const list = event.target.closest?.("[data-ticks]");
    if (!list) return;
    const on = [...list.querySelectorAll("input.tick:checked")].map((box) => box.value);
    try { sessionStorage.setItem(list.dataset.ticks, JSON.stringify(on)); } catch { /* a private window: the tick still shows */ }
  });

  // Paper shows everything, also where a browser's styles cannot unfold.
  const unfolded = [];
  window.addEventListener("beforeprint", () => {
    for (const rest of document.querySelectorAll("details.rest:not([open])")) { rest.open = true; unfolded.push(rest); }
  });
  window.addEventListener("afterprint", () => { for (const rest of unfolded.splice(0)) rest.open = false; });

  const begin = () => {
    hear();
    hush();
    ticks();
    tick();
    setInterval(tick, TICK_MS);
    open();
  };
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", begin);
  else begin();
})();
