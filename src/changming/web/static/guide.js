// What a result does with scripts: it prints at a tap and keeps every tick at once. Both work without.
(() => {
  "use strict";
  const print = document.querySelector("[data-print]");
  if (print) {
    print.hidden = false;
    print.addEventListener("click", () => window.print());
  }
  const form = document.querySelector("form[data-save]");
  let waiting = Promise.resolve();
  form?.addEventListener("change", () => {
    // One after the other: the last state is what stays.
    waiting = waiting.then(async () => {
      try {
        const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)), redirect: "manual", credentials: "same-origin" });
        if (answer.type !== "opaqueredirect") throw new Error("not kept");
      } catch {
        const told = document.getElementById("told");
        if (told) told.textContent = document.body.dataset.lost;
      }
    });
  });
})();
