/**
 * The little that the hand-off page does by itself: it says that somebody saw it, copies its address, and reads itself again
 * when something has happened. Without this script everything can be done as well.
 */
const root = document.querySelector('.hand-off');
const { path, page } = root.dataset;

/** The page counts as opened when it was seen for this long: a preview that only fetches it does not get here. */
const SEEN_MS = 1000;
const ASK_AGAIN_MS = 3000;
const SLOW_MS = 30000;
const QUICK_FOR_MS = 30 * 60000;
const OVER = ['green', 'revoked', 'expired'];

for (const part of document.querySelectorAll('[data-with-script]')) part.hidden = false;
for (const part of document.querySelectorAll('[data-without-script]')) part.hidden = true;

for (const button of document.querySelectorAll('[data-copy]')) {
  if (navigator.clipboard === undefined) continue;
  button.hidden = false;
  button.addEventListener('click', async () => {
    await navigator.clipboard.writeText(button.dataset.copy);
    button.textContent = button.dataset.copied;
  });
}

function whenSeen(then) {
  let timer;
  const look = () => {
    clearTimeout(timer);
    if (document.visibilityState !== 'visible') return;
    timer = setTimeout(() => {
      document.removeEventListener('visibilitychange', look);
      then();
    }, SEEN_MS);
  };
  document.addEventListener('visibilitychange', look);
  look();
}

const began = Date.now();

async function follow() {
  const answer = await fetch(`${path}/state`, { cache: 'no-store' }).catch(() => null);
  const now = answer !== null && answer.ok ? (await answer.json()).page : page;
  if (now !== page) {
    location.replace(location.pathname + location.search.replace(/([?&])notice=[a-z]+/, '$1'));
    return;
  }
  setTimeout(follow, Date.now() - began < QUICK_FOR_MS ? ASK_AGAIN_MS : SLOW_MS);
}

if (!OVER.includes(page)) {
  whenSeen(() => void fetch(`${path}/opened`, { method: 'POST' }).catch(() => undefined));
  setTimeout(follow, ASK_AGAIN_MS);
}
