// What every page does: asks before something that can't be undone, and says when the network is gone.
"use strict";

document.addEventListener("submit", (event) => {
  const question = event.target.dataset.ask;
  if (question && !window.confirm(question)) event.preventDefault();
});

for (const name of ["htmx:sendError", "htmx:timeout", "offline"]) {
  addEventListener(name, () => document.body.classList.add("no-network"));
}
for (const name of ["htmx:afterOnLoad", "online"]) {
  addEventListener(name, () => document.body.classList.remove("no-network"));
}
