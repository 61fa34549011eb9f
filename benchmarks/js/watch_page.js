/** Put into a page before its own scripts: notes when things happen, and works the page as a hand would, frame by frame. */
(() => {
  const hand = window.hand = {requested: null, replied: null, drawn: null, long: [], bytes: []};
  const post = Worker.prototype.postMessage, asked = new Set(), heard = new WeakSet();
  Worker.prototype.postMessage = function (message, ...rest) {
    if (message.name === 'run') {
      hand.requested ??= performance.now();
      asked.add(message.id);
      if (!heard.has(this)) this.addEventListener('message', ({data}) => {
        if (!asked.has(data.id) || !data.reply) return; // one that a newer took the place of is answered by null
        hand.replied ??= performance.now();
        hand.bytes.push(data.reply.byteLength);
      });
      heard.add(this);
    }
    return post.call(this, message, ...rest);
  };
  new PerformanceObserver((list) => {
    for (const {startTime, duration} of list.getEntries()) hand.long.push([startTime, duration]);
  }).observe({type: 'longtask', buffered: true});
  const watch = new MutationObserver(() => {
    if (!document.querySelector('#graph [data-node]')) return;
    watch.disconnect();
    requestAnimationFrame(() => requestAnimationFrame((now) => { hand.drawn = now; }));
  });
  document.addEventListener('DOMContentLoaded', () => watch.observe(document.getElementById('graph'), {childList: true, subtree: true}));

  const frame = () => new Promise(requestAnimationFrame);
  const middle = (element) => {
    const {left, top, width, height} = element.getBoundingClientRect();
    return {x: left + width / 2, y: top + height / 2, w: width};
  };
  const pointer = (element, type, x, y) => element.dispatchEvent(new PointerEvent(type, {
    pointerId: 1, pointerType: 'mouse', isPrimary: true, button: type === 'pointermove' ? -1 : 0, clientX: x, clientY: y, bubbles: true, cancelable: true}));

  /** A hand's own events can be captured, made-up ones not. */
  function capturable(element) {
    let held = false;
    element.setPointerCapture = () => { held = true; };
    element.hasPointerCapture = () => held;
    return () => { held = false; element.dispatchEvent(new PointerEvent('lostpointercapture', {pointerId: 1})); };
  }

  /** Calls `act` in so many frames; milliseconds from frame to frame. */
  async function frames(count, act) {
    const taken = [];
    let last = await frame();
    for (let i = 0; i < count; i += 1) {
      act(i);
      const now = await frame();
      taken.push(now - last);
      last = now;
    }
    return taken;
  }

  hand.still = async () => {
    const look = () => document.querySelector('.graph-cards').style.transform + document.querySelectorAll('#graph [data-node]').length;
    for (let last = '', same = 0; same < 10;) {
      await frame();
      const now = look();
      same = now === last ? same + 1 : 0;
      last = now;
    }
  };
  hand.zoom = (count) => {
    const ground = document.querySelector('.graph-ground'), {x, y} = middle(ground);
    return frames(count, (i) => ground.dispatchEvent(new WheelEvent('wheel', {deltaY: i % 60 < 30 ? 40 : -40, clientX: x, clientY: y, bubbles: true, cancelable: true})));
  };
  hand.pan = async (count) => {
    const ground = document.querySelector('.graph-ground'), {x, y} = middle(ground), release = capturable(ground);
    pointer(ground, 'pointerdown', x, y);
    const taken = await frames(count, (i) => pointer(ground, 'pointermove', x + 120 * Math.sin(i / 12), y + 60 * Math.sin(i / 17)));
    pointer(ground, 'pointerup', x, y);
    release();
    return taken;
  };
  /** Pictures in which numbers changed, and how long a hand waits for its own. */
  hand.drag = async (name, count) => {
    const slider = document.querySelector(`#inputs [data-input="${name}"] [role="slider"]`), {x, y, w} = middle(slider), release = capturable(slider);
    let changed = false, pictures = 0;
    const watch = new MutationObserver(() => { changed = true; });
    watch.observe(document.querySelector('.graph-cards'), {subtree: true, attributeFilter: ['aria-label']});
    pointer(slider, 'pointerdown', x, y);
    const start = performance.now();
    await frames(count, (i) => {
      pictures += changed;
      changed = false;
      pointer(slider, 'pointermove', x + 0.4 * w * Math.sin(i / 40), y);
    });
    const perSecond = pictures / ((performance.now() - start) / 1000);
    watch.disconnect();
    pointer(slider, 'pointerup', x, y);
    release();
    return perSecond;
  };
  hand.find = async (text) => {
    document.body.dispatchEvent(new KeyboardEvent('keydown', {key: '/', bubbles: true}));
    await frame();
    const field = document.querySelector('.find-field'), start = performance.now();
    field.value = text;
    field.dispatchEvent(new InputEvent('input', {bubbles: true}));
    while (!document.querySelector('.find-row')) await frame();
    const first = performance.now() - start;
    field.dispatchEvent(new KeyboardEvent('keydown', {key: 'Enter', bubbles: true}));
    while (!document.querySelector('#graph [data-node][data-pinned]')) await frame();
    return [first, performance.now() - start];
  };
})();
