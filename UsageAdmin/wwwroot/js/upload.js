// Sends a file for an import in chunks, beside the circuit, so that it goes on while the page's connection breaks. The part that
// the server has is kept: the same file, chosen again, goes on there, also after a reload.
(() => {
  'use strict';

  const chunkBytes = 4 * 1024 * 1024;
  const mostTries = 60;
  const longestWait = 10000;

  let running = null;

  const box = () => document.querySelector('[data-upload]');
  const part = (name) => box()?.querySelector(`[data-upload-${name}]`);
  const wait = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));
  const number = (value, digits) => value.toLocaleString(document.documentElement.lang, { maximumFractionDigits: digits });

  const bytes = (value) => {
    const units = ['B', 'KB', 'MB', 'GB', 'TB'];
    let unit = 0;
    while (value >= 999.5 && unit < units.length - 1) {
      value /= 1000;
      unit++;
    }
    return `${number(value, unit === 0 || value >= 9.95 ? 0 : 1)}\u00a0${units[unit]}`;
  };

  const text = (name, ...values) =>
    values.reduce((words, value, i) => words.replace(`{${i}}`, value), box()?.dataset[`text${name}`] ?? '');

  class Refused extends Error {
    constructor(status, problem) {
      super(problem.type);
      this.status = status;
      this.problem = problem;
    }

    // The server or the line may do better in a moment.
    get isPassing() {
      return this.status === 0 || this.status === 429 || this.status >= 500 && this.status !== 507
        || this.problem.type === 'upload-busy' || this.problem.type === 'wrong-offset';
    }
  }

  // XMLHttpRequest tells how much of a chunk has gone; fetch does not.
  const ask = (upload, method, url, body, type, onSent) => new Promise((done, fail) => {
    const request = new XMLHttpRequest();
    upload.request = request;
    request.open(method, url);
    request.setRequestHeader('Accept', 'application/json');
    request.setRequestHeader('RequestVerificationToken', upload.token);
    if (type) {
      request.setRequestHeader('Content-Type', type);
    }
    request.upload.onprogress = (event) => onSent?.(event.loaded);
    request.onload = () => {
      let answer = {};
      try {
        answer = JSON.parse(request.responseText || '{}');
      } catch {
        // A proxy's page, for example. The status says enough.
      }
      request.status >= 200 && request.status < 300 ? done(answer) : fail(new Refused(request.status, answer));
    };
    request.onerror = () => fail(new Refused(0, {}));
    request.onabort = () => fail(new DOMException('', 'AbortError'));
    request.send(body);
  });

  // Tries again for some minutes: a restart of the server, a line that is gone for a moment.
  const askPatiently = async (upload, ...request) => {
    for (let tries = 1; ; tries++) {
      try {
        return await ask(upload, ...request);
      } catch (e) {
        if (!(e instanceof Refused) || !e.isPassing || e.problem.type === 'wrong-offset' || tries === mostTries) {
          throw e;
        }
        say(text('Waiting'));
        await wait(Math.min(longestWait, 500 * 2 ** tries));
        if (upload.isCancelled) {
          throw new DOMException('', 'AbortError');
        }
      }
    }
  };

  const sendChunk = async (upload, offset) => {
    const end = Math.min(offset + chunkBytes, upload.file.size);
    let chunk;
    try {
      chunk = await upload.file.slice(offset, end).arrayBuffer();
    } catch {
      throw new Refused(-1, { type: 'unreadable' });
    }
    if (chunk.byteLength !== end - offset) {
      throw new Refused(-1, { type: 'unreadable' });
    }
    const answer = await askPatiently(
      upload, 'PATCH', `${upload.address}/${upload.id}?offset=${offset}`, chunk, 'application/octet-stream',
      (sent) => show(upload, Math.max(upload.received, offset + sent)));
    upload.received = answer.received;
    show(upload, upload.received);
  };

  const send = async (upload) => {
    const { file } = upload;
    const begun = await askPatiently(
      upload, 'POST', upload.address,
      JSON.stringify({ name: file.name, bytes: file.size, repeat: Number(upload.repeat) || null }), 'application/json');
    upload.id = begun.id;
    upload.received = begun.received;
    show(upload, upload.received);

    // Whether it is the file that was begun shows at both ends of what has come.
    if (upload.received > 0) {
      const last = Math.max(0, upload.received - chunkBytes);
      await sendChunk(upload, 0);
      if (last > 0) {
        await sendChunk(upload, last);
      }
    }
    while (upload.received < file.size) {
      try {
        await sendChunk(upload, upload.received);
      } catch (e) {
        if (e.problem?.type !== 'wrong-offset') {
          throw e;
        }
        upload.received = e.problem.received;
      }
    }
  };

  const start = async (file) => {
    const root = box();
    if (running || !root) {
      return;
    }
    const upload = running = {
      file, received: 0, samples: [], address: root.dataset.upload, page: root.dataset.page, repeat: root.dataset.repeat,
      token: root.querySelector('input[name="__RequestVerificationToken"]').value,
    };
    document.documentElement.dataset.uploading = 'true';
    fail('');
    show(upload, 0);
    say(text('Started', file.name));
    let isDone = false;
    try {
      await send(upload);
      isDone = true;
    } catch (e) {
      if (e.name === 'AbortError') {
        say(text('Cancelled'));
      } else {
        fail(reason(e, upload));
      }
    } finally {
      running = null;
      delete document.documentElement.dataset.uploading;
      if (!isDone) {
        showIdle();
      }
    }
    if (isDone && box()) {
      location.assign(`${upload.page}?upload=${upload.id}`);
    }
  };

  const cancel = async () => {
    const upload = running;
    if (!upload) {
      return;
    }
    upload.isCancelled = true;
    upload.request.abort();
    if (upload.id) {
      await ask({ token: upload.token }, 'DELETE', `${upload.address}/${upload.id}`).catch(() => {});
    }
  };

  const reason = (error, upload) => {
    const { type, maxBytes, freeBytes } = error.problem ?? {};
    switch (type) {
      case 'no-file': return text('NoFile');
      case 'file-too-large': return text('TooLarge', bytes(upload.file.size), bytes(maxBytes));
      case 'no-room': return text('NoRoom', bytes(upload.file.size), bytes(freeBytes));
      case 'other-file': return text('OtherFile');
      case 'upload-ended': return text('Ended');
      case 'unreadable': return text('Unreadable');
      default:
        return error.status === 507 ? text('DiskFull')
          : error.status === 401 || error.status === 403 || error.status === 404 || error.status === 400 ? text('Refused')
          : text('Broken');
    }
  };

  const show = (upload, received) => {
    const now = performance.now();
    upload.samples.push([now, received]);
    while (upload.samples.length > 2 && now - upload.samples[0][0] > 10000) {
      upload.samples.shift();
    }
    const [[since, before]] = upload.samples;
    const speed = now - since > 500 ? Math.max(0, received - before) * 1000 / (now - since) : 0;
    const root = box();
    if (!root) {
      return;
    }
    part('choose').hidden = true;
    part('progress').hidden = false;
    part('name').textContent = upload.file.name;
    const bar = part('bar');
    bar.max = upload.file.size || 1;
    bar.value = received;
    part('bytes').textContent = text('Bytes', bytes(received), bytes(upload.file.size));
    part('speed').textContent = speed > 0 ? text('Speed', bytes(speed), rest((upload.file.size - received) / speed)) : '';
    if (speed > 0) {
      say('');
    }
  };

  const rest = (seconds) => seconds < 90 ? text('Seconds', number(Math.ceil(seconds), 0)) : text('Minutes', number(Math.ceil(seconds / 60), 0));

  const showIdle = () => {
    if (box()) {
      part('choose').hidden = false;
      part('progress').hidden = true;
    }
  };

  const say = (words) => {
    const status = part('status');
    if (status && status.textContent !== words) {
      status.textContent = words;
    }
  };

  const fail = (words) => {
    const error = part('error');
    if (error) {
      error.hidden = !words;
      error.querySelector('span').textContent = words;
    }
  };

  document.addEventListener('change', (event) => {
    const input = event.target;
    if (input.matches?.('[data-upload-file]') && input.files.length > 0) {
      const [file] = input.files;
      start(file);
      input.value = '';
    }
  });

  document.addEventListener('click', (event) => {
    if (event.target.closest?.('[data-upload-cancel]')) {
      cancel();
    }
  });

  // A file that misses the field must not replace the page.
  for (const name of ['dragover', 'dragleave', 'drop']) {
    document.addEventListener(name, (event) => {
      const root = box();
      if (!root || !event.dataTransfer?.types.includes('Files')) {
        return;
      }
      event.preventDefault();
      const over = root.contains(event.target);
      root.classList.toggle('upload-over', name === 'dragover' && over);
      if (name === 'drop' && over && event.dataTransfer.files.length > 0) {
        start(event.dataTransfer.files[0]);
      }
    });
  }

  window.addEventListener('beforeunload', (event) => {
    if (running) {
      event.preventDefault();
    }
  });

  // The page was left within the circuit and came back.
  new MutationObserver(() => {
    if (running && part('progress')?.hidden) {
      show(running, running.received);
    }
  }).observe(document.documentElement, { subtree: true, childList: true });
})();
