"use strict";

// Renews what a page shows of a run that is under way, until the server says that it has ended.

const SECONDS = 2;

async function renew() {
  const place = document.getElementById("live");
  try {
    const response = await fetch(location.href, { headers: { Accept: "text/html" } });
    if (response.ok) {
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      const fresh = page.getElementById("live");
      if (fresh) place.replaceWith(fresh);
      else location.reload();
    }
    document.getElementById("status").textContent = "";
  } catch {
    document.getElementById("status").textContent = "The server does not answer; trying again.";
  }
  if (document.getElementById("live")?.dataset.state === "running") setTimeout(renew, SECONDS * 1000);
}

setTimeout(renew, SECONDS * 1000);
