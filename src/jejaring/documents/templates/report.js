"use strict";
// Filter, sort and rule switch. Without it everything on the page can still be read.
for (const control of document.querySelectorAll(".controls[hidden]")) control.hidden = false;

for (const box of document.querySelectorAll("input[data-filters]")) {
  const items = [...document.querySelectorAll(box.dataset.filters)];
  const opened = new Set();
  const show = (details) => { if (details && !details.open) { details.open = true; opened.add(details); } };
  box.addEventListener("input", () => {
    const words = box.value.toLowerCase().split(/\s+/);
    for (const details of opened) details.open = false;
    opened.clear();
    for (const item of items) item.hidden = !words.every((word) => item.textContent.toLowerCase().includes(word));
    if (!box.value.trim()) return;
    const found = items.filter((item) => !item.hidden);
    for (const item of found) show(item.closest("details"));
    if (found.length < 4) for (const item of found) show(item.querySelector("details"));
  });
}

// A link to a folded card opens it; what print shall show is opened for it.
const reveal = () => {
  const target = location.hash.length > 1 && document.getElementById(location.hash.slice(1));
  const details = target && (target.querySelector(":scope > details.kept") ?? target.closest("details"));
  if (details) details.open = true;
};
addEventListener("hashchange", reveal);
reveal();
let closed = [];
addEventListener("beforeprint", () => {
  closed = [...document.querySelectorAll("details.kept:not([open])")];
  for (const details of closed) details.open = true;
});
addEventListener("afterprint", () => { for (const details of closed) details.open = false; });

for (const table of document.querySelectorAll("table.sortable")) {
  table.querySelectorAll("thead th[data-sort]").forEach((head) => {
    const button = document.createElement("button");
    button.type = "button";
    button.setAttribute("aria-label", `${document.body.dataset.sort} ${head.textContent}`);
    head.append(button);
    button.addEventListener("click", () => {
      const up = head.getAttribute("aria-sort") === "descending";
      for (const other of table.querySelectorAll("th[aria-sort]")) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", up ? "ascending" : "descending");
      const column = [...head.parentNode.children].indexOf(head);
      const key = (row) => row.children[column].dataset.value ?? row.children[column].textContent.trim();
      const order = (a, b) => head.dataset.sort === "number" ? key(a) - key(b) : key(a).localeCompare(key(b));
      const rows = [...table.tBodies[0].rows].sort(order);
      table.tBodies[0].append(...(up ? rows : rows.reverse()));
    });
  });
}

for (const choice of document.querySelectorAll("input[name=rule]")) {
  choice.addEventListener("change", () => { document.body.dataset.rule = choice.value; });
}
