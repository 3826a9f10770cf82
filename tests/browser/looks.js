// What is wrong with a page for people who don't see well, don't use a mouse, or hold a small phone.
() => {
  const faults = [];
  const told = (element) => {
    const start = element.outerHTML.slice(0, 110).replace(/\s+/g, " ");
    return `${start}${element.outerHTML.length > 110 ? "…" : ""}`;
  };
  const shown = (element) => {
    if (!element.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true })) return false;
    const box = element.getBoundingClientRect();
    return box.width > 1 && box.height > 1;
  };

  if (!document.documentElement.lang) faults.push("no language");
  if (!document.title.trim()) faults.push("no title");
  // A phone zooms out of a page that is too wide, and innerWidth grows with it: this one doesn't.
  const screenWidth = document.documentElement.clientWidth;
  if (document.scrollingElement.scrollWidth > screenWidth) {
    const wide = [...document.body.querySelectorAll("*")].filter(
      (each) => shown(each) && each.getBoundingClientRect().right > screenWidth + 1 && !each.closest(".scroll"),
    );
    faults.push(`wider than the screen: ${document.scrollingElement.scrollWidth}, ${wide.slice(0, 3).map(told)}`);
  }

  for (const control of document.querySelectorAll("input:not([type=hidden]), select, textarea")) {
    const label = control.labels?.length || control.ariaLabel || control.getAttribute("aria-labelledby");
    if (!label) faults.push(`no label: ${told(control)}`);
  }
  for (const button of document.querySelectorAll("button, a[href]")) {
    const name = button.textContent.trim() || button.ariaLabel || button.querySelector("img[alt]:not([alt=''])");
    if (!name) faults.push(`no name: ${told(button)}`);
  }
  for (const picture of document.querySelectorAll("img:not([alt])")) faults.push(`no alt: ${told(picture)}`);
  for (const drawing of document.querySelectorAll("svg")) {
    const named = drawing.ariaLabel || drawing.getAttribute("aria-labelledby") || drawing.querySelector("title");
    if (!named && !drawing.closest("[aria-hidden=true], [role=img][aria-label]") && shown(drawing))
      faults.push(`a drawing without words: ${told(drawing)}`);
  }
  const ids = [...document.querySelectorAll("[id]")].map((each) => each.id);
  for (const id of new Set(ids.filter((each, at) => ids.indexOf(each) !== at))) faults.push(`two of one id: ${id}`);

  const heads = [...document.querySelectorAll("h1, h2, h3, h4, h5, h6")].filter(shown);
  const first = heads.filter((each) => each.tagName === "H1").length;
  if (first !== 1) faults.push(`${first} first headings`);
  heads.reduce((above, each) => {
    const level = Number(each.tagName[1]);
    if (level > above + 1) faults.push(`heading ${level} after ${above}: ${each.textContent.trim().slice(0, 40)}`);
    return level;
  }, 0);

  // --- contrast: WCAG 2.2, 1.4.3 ---
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const rgba = (colour) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
    return [r, g, b, a / 255];
  };
  const over = (top, below) => top.slice(0, 3).map((each, at) => each * top[3] + below[at] * (1 - top[3]));
  const ground = (element) => {
    const layers = [];
    for (let at = element; at; at = at.parentElement) {
      const style = getComputedStyle(at);
      if (style.backgroundImage !== "none") return null;
      const colour = rgba(style.backgroundColor);
      layers.push(colour);
      if (colour[3] === 1) break;
    }
    return layers.reverse().reduce((below, top) => over(top, below), [255, 255, 255]);
  };
  const light = (colour) => {
    const [r, g, b] = colour.map((each) => {
      const share = each / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const seen = new Set();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.parentElement;
    if (!node.textContent.trim() || element.closest("svg, script, option, [aria-hidden=true], :disabled")) continue;
    if (seen.has(element) || !shown(element)) continue;
    seen.add(element);
    const below = ground(element);
    if (!below) continue;
    const style = getComputedStyle(element);
    const [one, other] = [light(over(rgba(style.color), below)), light(below)].sort((a, b) => b - a);
    const ratio = (one + 0.05) / (other + 0.05);
    const size = parseFloat(style.fontSize);
    const least = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700) ? 3 : 4.5;
    if (ratio < least) faults.push(`contrast ${ratio.toFixed(2)} of “${node.textContent.trim().slice(0, 40)}”`);
  }
  return faults;
}
