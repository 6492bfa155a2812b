// The console by keyboard. A letter presses the button that carries it as data-key; nothing here decides anything.
(() => {
  "use strict";
  const items = () => [...document.querySelectorAll("#queue .queue a")];
  const writing = (element) => element.matches?.("textarea, input:not([type=checkbox]):not([type=radio]), select");
  let marked = "";

  const move = (step) => {
    const all = items();
    if (!all.length) return;
    let at = all.findIndex((a) => a === document.activeElement);
    if (at < 0) at = all.findIndex((a) => a.id === marked);
    if (at < 0) at = all.findIndex((a) => a.hasAttribute("aria-current"));
    const next = at < 0 ? 0 : Math.max(0, Math.min(all.length - 1, at + step));
    all[next].focus();
  };

  document.addEventListener("focusin", (event) => {
    const item = event.target.closest?.("#queue .queue a");
    if (item) marked = item.id;
  });
  // The queue is drawn anew when it changes; the place you were at is kept.
  let wasInQueue = false;
  const leave = () => { wasInQueue = Boolean(document.activeElement?.closest?.("#queue")); };
  const comeBack = () => {
    if (wasInQueue && document.activeElement === document.body) document.getElementById(marked)?.focus();
    wasInQueue = false;
  };
  for (const name of ["htmx:beforeSwap", "desk:before"]) document.addEventListener(name, leave);
  for (const name of ["htmx:afterSwap", "desk:after"]) document.addEventListener(name, comeBack);

  // Typing ahead: a letter pressed while an act is on its way is kept and pressed on the page that comes back.
  let sending = 0;
  let held = "";
  // Whoever typed ahead has not looked at the page that came back: what they had seen before is all that they have seen.
  let before = "";
  const lookedAt = () => document.querySelector("input[name=seen]")?.value ?? "";
  const asSeen = (number) => {
    if (number) for (const field of document.querySelectorAll("input[name=seen]")) field.value = number;
  };
  const isAct = (event) => event.detail.requestConfig?.verb === "post";
  const press = (key) => {
    const button = document.querySelector(`[data-key="${CSS.escape(key)}"]`);
    if (!button) return false;
    if (button.matches("input[type=radio]")) button.focus();
    else if (writing(button)) { button.focus(); button.setSelectionRange(button.value.length, button.value.length); }
    else button.click();
    return true;
  };
  document.addEventListener("htmx:beforeRequest", (event) => { if (isAct(event)) { sending += 1; before = lookedAt(); } });
  document.addEventListener("htmx:afterRequest", (event) => {
    if (!isAct(event)) return;
    sending = Math.max(0, sending - 1);
    const key = held;
    held = "";
    if (key && event.detail.successful) setTimeout(() => { asSeen(before); press(key); }, 0);
  });

  document.addEventListener("keydown", (event) => {
    const help = document.getElementById("keys");
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      const form = document.activeElement?.form ?? document.querySelector("form[data-send]");
      if (form) { event.preventDefault(); document.activeElement?.blur?.(); form.requestSubmit(); }
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape") {
      if (!help?.open) document.activeElement?.blur?.();
      return;
    }
    if (writing(event.target) || help?.open) return;
    if (event.key === "j" || event.key === "k") { event.preventDefault(); return move(event.key === "j" ? 1 : -1); }
    if (event.key === "?") { event.preventDefault(); return help?.showModal(); }
    if (sending) { held = event.key; return; }
    if (press(event.key)) event.preventDefault();
  });
  // Refused: the words are still there, and so is the place to go on writing.
  document.addEventListener("htmx:responseError", (event) => event.detail.elt.querySelector?.("textarea")?.focus());
  document.addEventListener("click", (event) => {
    if (event.target.closest?.("[data-keys]")) { event.preventDefault(); document.getElementById("keys")?.showModal(); }
  });
})();
