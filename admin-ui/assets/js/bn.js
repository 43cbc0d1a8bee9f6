// SPDX-License-Identifier: EUPL-1.2
// Small comforts on top of pages that work without any script.

/** A page with errors opens at the summary, so that a screen reader says at once what is wrong. */
document.querySelector('[data-bn-focus]')?.focus();

/** A second press on the same button does not send the form twice. */
document.addEventListener('submit', (event) => {
  const form = event.target;
  if (form.dataset.bnSent === 'yes') {
    event.preventDefault();
    return;
  }
  form.dataset.bnSent = 'yes';
});

/** Coming back with the browser's own button, the form may be sent again. */
window.addEventListener('pageshow', () => {
  for (const form of document.querySelectorAll('form[data-bn-sent]')) delete form.dataset.bnSent;
});

/** Refreshing by itself can be paused, and focus and place stay where they were. */
document.addEventListener('change', (event) => {
  if (event.target.matches('[data-bn-pause]')) {
    document.documentElement.toggleAttribute('data-bn-paused', event.target.checked);
  }
});
document.addEventListener('htmx:confirm', (event) => {
  if (event.target.matches('[data-bn-poll]') && document.documentElement.hasAttribute('data-bn-paused')) {
    event.preventDefault();
  }
});
