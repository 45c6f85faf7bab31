// Behaviour of the shell that HTML alone cannot give. A file of its own, because the content security policy forbids inline script.
(() => {
  'use strict';

  const openMenus = () => document.querySelectorAll('details.menu[open]');

  document.addEventListener('click', (event) => {
    for (const menu of openMenus()) {
      const choice = event.target.closest('a[href], [data-close-menu]');
      if (!menu.contains(event.target) || (choice && menu.contains(choice))) {
        menu.open = false;
      }
    }

    const copy = event.target.closest('[data-copy]');
    if (copy) {
      copyText(copy);
    }

    const theme = event.target.closest('button[name="theme"]');
    if (theme) {
      event.preventDefault();
      setTheme(theme);
    }
  });

  document.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape') {
      return;
    }
    for (const menu of openMenus()) {
      const focusInside = menu.contains(document.activeElement);
      menu.open = false;
      if (focusInside) {
        menu.querySelector('summary').focus();
      }
    }
  });

  document.addEventListener('focusout', (event) => {
    for (const menu of openMenus()) {
      if (menu.contains(event.target) && event.relatedTarget && !menu.contains(event.relatedTarget)) {
        menu.open = false;
      }
    }
  });

  // A menu that opens puts the cursor into its search field, if it has one.
  document.addEventListener('toggle', (event) => {
    const menu = event.target;
    if (menu instanceof HTMLDetailsElement && menu.classList.contains('menu') && menu.open) {
      for (const other of openMenus()) {
        if (other !== menu && !other.contains(menu)) {
          other.open = false;
        }
      }
      menu.querySelector('input[role="combobox"]')?.focus();
    }
  }, true);

  // A dialog is a part of the page's address: it opens as soon as it stands in the page, and to close it is to follow its link.
  const closeDialog = (dialog) => dialog.querySelector('[data-dialog-close]').click();
  let opener = null;

  const showDialogs = () => {
    for (const dialog of document.querySelectorAll('dialog[data-modal]:not([open])')) {
      opener = dialog.dataset.modal;
      dialog.showModal();
    }
    if (opener && !document.querySelector('dialog[data-modal]')) {
      document.getElementById(opener)?.focus();
      opener = null;
    }
  };

  new MutationObserver(showDialogs).observe(document.documentElement, { subtree: true, childList: true });
  showDialogs();

  document.addEventListener('cancel', (event) => {
    if (event.target.matches?.('dialog[data-modal]')) {
      event.preventDefault();
      closeDialog(event.target);
    }
  }, true);

  // Only its backdrop is the dialog itself: what stands in it fills it.
  document.addEventListener('mousedown', (event) => {
    if (event.target.matches?.('dialog[data-modal]')) {
      closeDialog(event.target);
    }
  });

  // A press on an option leaves the focus in the field that it belongs to. Chromium 156 even crashes if it would move.
  document.addEventListener('mousedown', (event) => {
    if (event.target.closest?.('[role="listbox"]')) {
      event.preventDefault();
    }
  }, true);

  // The address may have changed since the form was rendered.
  document.addEventListener('submit', (event) => {
    const field = event.target.querySelector?.('input[data-current-address]');
    if (field) {
      field.value = location.pathname + location.search + location.hash;
    }
    const menu = event.target.closest?.('details.menu');
    if (menu) {
      menu.open = false;
    }
  }, true);

  // What a post has shown once is not posted again by a reload.
  if (document.querySelector('[data-shown-once]')) {
    history.replaceState(null, '', location.href);
  }

  function setTheme(button) {
    const theme = button.value;
    const root = document.documentElement;
    const secure = location.protocol === 'https:' ? ';secure' : '';
    if (theme === 'system') {
      delete root.dataset.theme;
      document.cookie = `ua_theme=;path=/;max-age=0;samesite=lax${secure}`;
    } else {
      root.dataset.theme = theme;
      document.cookie = `ua_theme=${theme};path=/;max-age=31536000;samesite=lax${secure}`;
    }
    for (const other of document.querySelectorAll('button[name="theme"]')) {
      other.setAttribute('aria-pressed', other.value === theme ? 'true' : 'false');
    }
  }

  async function copyText(button) {
    const source = document.getElementById(button.dataset.copy);
    try {
      await navigator.clipboard.writeText(source.textContent);
      const status = button.parentElement.querySelector('[role="status"]');
      status.textContent = button.dataset.copied;
      setTimeout(() => { status.textContent = ''; }, 2000);
    } catch {
      getSelection().selectAllChildren(source);
    }
  }

  // The list scrolls with the option that the keyboard has reached.
  new MutationObserver((changes) => {
    for (const change of changes) {
      const id = change.target.getAttribute('aria-activedescendant');
      if (id) {
        document.getElementById(id)?.scrollIntoView({ block: 'nearest' });
      }
    }
  }).observe(document.documentElement, { subtree: true, attributes: true, attributeFilter: ['aria-activedescendant'] });
})();
