// A page whose parts are still being made: it is fetched again until they are there.
import { replace } from "./live.js";

const PAUSE = 1000;

export function waiting() {
  let busy = false;
  setInterval(async () => {
    if (document.hidden || busy || !document.querySelector("[data-waiting]")) return;
    busy = true;
    try {
      const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
      if (answer.ok) replace(new DOMParser().parseFromString(await answer.text(), "text/html"));
    } catch { /* the server is away: the next try tells */ }
    busy = false;
  }, PAUSE);
}
