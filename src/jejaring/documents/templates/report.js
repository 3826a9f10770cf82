"use strict";
// Filter, sort and rule switch. Without it everything on the page can still be read.
for (const control of document.querySelectorAll(".controls[hidden]")) control.hidden = false;

for (const box of document.querySelectorAll("input[data-filters]")) {
  const items = [...document.querySelectorAll(box.dataset.filters)];
  box.addEventListener("input", () => {
    const words = box.value.toLowerCase().split(/\s+/);
    for (const item of items) item.hidden = !words.every((word) => item.textContent.toLowerCase().includes(word));
  });
}

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
