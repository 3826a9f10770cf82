// Where something is: the phone's GPS, a tap on the map, or typed degrees. Other co-ops are dots.
"use strict";

for (const box of document.querySelectorAll(".position")) {
  const written = box.querySelector("[name=coordinates]");
  const origin = box.querySelector("[name=origin]");
  const told = box.querySelector("[data-told]");
  const dots = JSON.parse(box.dataset.dots || "[]");
  const here = written.value.split(",").map(Number);
  const isKnown = here.length === 2 && here.every(Number.isFinite) && written.value.trim() !== "";

  // Without tiles or dots there is nothing by which to find a place on the map.
  if (!box.dataset.tiles && !dots.length) {
    for (const part of box.querySelectorAll("[data-of-map]")) part.hidden = true;
  }
  const map = L.map(box.querySelector("[data-map]"), { attributionControl: false, minZoom: 4 });
  if (box.dataset.tiles) L.tileLayer(box.dataset.tiles).addTo(map);
  for (const [lat, lon, name] of dots) {
    const label = document.createElement("span");
    label.textContent = name;
    L.circleMarker([lat, lon], { radius: 6, color: "#52605b", weight: 1, fillColor: "#b7791a", fillOpacity: 0.7 })
      .bindTooltip(label).addTo(map);
  }
  const mark = L.circleMarker(isKnown ? here : [0, 0], { radius: 11, color: "#fff", weight: 3, fillColor: "#0d6152", fillOpacity: 1 });
  if (isKnown) mark.addTo(map);
  const all = [...dots, ...(isKnown ? [here] : [])].map(([lat, lon]) => [lat, lon]);
  if (all.length > 1) map.fitBounds(all, { padding: [20, 20], maxZoom: 14 });
  else if (all.length === 1) map.setView(all[0], 12);
  else map.setView([-2.5, 118], 4);

  const take = (lat, lon, from) => {
    written.value = `${lat.toFixed(6)}, ${lon.toFixed(6)}`;
    origin.value = from;
    mark.setLatLng([lat, lon]).addTo(map);
  };
  map.on("click", (event) => {
    take(event.latlng.lat, event.latlng.lng, "map");
    told.textContent = box.dataset.tapped;
  });
  written.addEventListener("input", () => { origin.value = "typed"; });
  box.querySelector("[data-gps]").addEventListener("click", () => {
    const refused = () => { told.textContent = box.dataset.refused; };
    if (!navigator.geolocation || !window.isSecureContext) return refused();
    told.textContent = box.dataset.waiting;
    navigator.geolocation.getCurrentPosition(({ coords }) => {
      take(coords.latitude, coords.longitude, "gps");
      map.setView([coords.latitude, coords.longitude], 15);
      told.textContent = box.dataset.found.replace("%", Math.round(coords.accuracy));
    }, refused, { enableHighAccuracy: true, timeout: 20000, maximumAge: 60000 });
  });
}
