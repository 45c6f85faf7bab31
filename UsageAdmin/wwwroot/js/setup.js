// Proposes what the browser knows: its zone, the week of that zone.
const zone = document.getElementById("zone");
const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
if (zone.value === "UTC" && [...zone.options].some(option => option.value === own)) {
  zone.value = own;
}
