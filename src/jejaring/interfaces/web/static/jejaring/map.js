// The map: points from the server, marks that the page brings along. Without tiles the ground is plain.
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  const place = document.getElementById("map");
  if (!place || !window.L) return;
  const drawn = place.innerHTML;
  place.innerHTML = "";
  place.classList.add("live");
  const map = L.map(place, { attributionControl: Boolean(place.dataset.tiles), zoomSnap: 0.5 });
  map.attributionControl?.setPrefix(false);
  L.control.scale({ imperial: false }).addTo(map);
  if (place.dataset.tiles) L.tileLayer(place.dataset.tiles, { maxZoom: 18, attribution: "© OpenStreetMap" }).addTo(map);
  const layer = L.layerGroup().addTo(map);

  const icon = (said) => {
    if (said.count) {
      const size = 24 + 6 * said.label.length;
      return L.divIcon({ className: "many", html: said.label, iconSize: [size, size] });
    }
    const html = `<svg viewBox="0 0 28 28" aria-hidden="true"><use href="#pin-${said.mark}"/></svg>`;
    return L.divIcon({ className: "mark-pin", html, iconSize: [30, 30] });
  };
  const words = (said) => {
    const box = document.createElement("div");
    const name = document.createElement(said.url ? "a" : "strong");
    name.textContent = said.name;
    if (said.url) name.href = said.url;
    box.append(name);
    const more = [said.role, said.state, said.kg].filter(Boolean).join(" · ");
    if (more) box.append(document.createElement("br"), more);
    return box;
  };
  const show = async (box) => {
    const address = new URL(place.dataset.points, location.href);
    address.searchParams.set("petak", Math.round(place.clientWidth / 80));
    if (box) address.searchParams.set("kotak", box);
    const answer = await fetch(address);
    if (!answer.ok) throw new Error(String(answer.status));
    const found = (await answer.json()).features;
    layer.clearLayers();
    for (const { geometry, properties } of found) {
      const at = [geometry.coordinates[1], geometry.coordinates[0]];
      L.marker(at, { icon: icon(properties), title: properties.name, alt: properties.name }).bindPopup(() => words(properties)).addTo(layer);
    }
    return found.map(({ geometry }) => [geometry.coordinates[1], geometry.coordinates[0]]);
  };

  show().then((points) => {
    if (!points.length) return map.setView([-2.5, 118], 4);
    map.fitBounds(points, { padding: [36, 36], maxZoom: 13 });
    if (!place.dataset.many) return undefined;
    return map.on("moveend", () => {
      const box = map.getBounds();
      show([box.getSouth(), box.getWest(), box.getNorth(), box.getEast()].map((part) => part.toFixed(4)).join(",")).catch(() => {});
    });
  }).catch(() => {
    map.remove();
    place.classList.remove("live");
    place.innerHTML = drawn;
  });
});
