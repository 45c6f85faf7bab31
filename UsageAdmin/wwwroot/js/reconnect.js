// Starts the circuit and follows its connection. blazor.web.js sets the classes components-reconnect-show, -hide, -failed and
// -rejected on #components-reconnect-modal; what they mean for the reader is decided here.
(() => {
  'use strict';

  const modal = document.getElementById('components-reconnect-modal');
  const retry = document.getElementById('reconnect-retry');

  // Quick at first, because most breaks are a restart of the server, then slower.
  const retryIntervalMilliseconds = (attempt, max) => attempt >= max ? null : attempt < 20 ? 500 : 5000;

  Blazor.start({ circuit: { reconnectionOptions: { maxRetries: 200, retryIntervalMilliseconds } } });

  const state = () => ['show', 'failed', 'rejected'].find((s) => modal.classList.contains(`components-reconnect-${s}`)) ?? 'hide';

  let before = 'hide';
  new MutationObserver(() => {
    const now = state();
    if (now === before) {
      return;
    }
    before = now;
    for (const part of modal.querySelectorAll('[data-state]')) {
      part.hidden = part.dataset.state !== now;
    }
    if (now === 'rejected' && document.documentElement.dataset.uploading) {
      // A file is being sent, which goes on without the circuit and loads a new page at its end.
      modal.classList.remove('components-reconnect-rejected');
      return;
    }
    if (now === 'rejected') {
      // The server no longer knows this circuit, for example after a restart. The address holds the whole state of the page.
      location.reload();
    }
    if (now === 'failed') {
      retry.focus();
    }
  }).observe(modal, { attributes: true, attributeFilter: ['class'] });

  retry.addEventListener('click', async () => {
    try {
      if (!await Blazor.reconnect()) {
        location.reload();
      }
    } catch {
      location.reload();
    }
  });

  // A page whose circuit broke down for good still has its address.
  document.getElementById('blazor-error-reload')?.addEventListener('click', (event) => {
    event.preventDefault();
    location.reload();
  });
})();
