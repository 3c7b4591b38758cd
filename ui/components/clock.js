export default function (component) {
  const { parentElement, data, setStateValue } = component;
  const line = parentElement.querySelector('.clock');
  const shown = window.__greenroom_shown && window.__greenroom_shown.prompt === data.prompt
    ? window.__greenroom_shown : (window.__greenroom_shown = { prompt: data.prompt, at: performance.now(), first: null });
  const box = () => document.querySelector('[data-testid="stChatInputTextArea"]');
  const clock = (s) => Math.floor(s / 60) + ':' + String(Math.floor(s % 60)).padStart(2, '0');
  const draw = () => {
    const area = box();
    const words = area && area.value.trim() ? area.value.trim().split(/\s+/).length : 0;
    const seconds = (performance.now() - shown.at) / 1000;
    const limit = data.clock ? ' of ' + clock(data.clock) : '';
    line.textContent = clock(seconds) + limit + '  ·  ' + words + (words === 1 ? ' word' : ' words')
      + '  ·  good answers here: ' + data.least + ' to ' + data.most;
    line.classList.toggle('over', Boolean(data.clock) && seconds > data.clock);
  };
  const onInput = (event) => {
    if (event.target !== box()) return;
    if (shown.first === null) {
      shown.first = performance.now() - shown.at;
      setStateValue('first', { prompt: data.prompt, milliseconds: Math.round(shown.first) });
    }
    draw();
  };
  document.addEventListener('input', onInput, true);
  const timer = setInterval(draw, 1000);
  draw();
  return () => { clearInterval(timer); document.removeEventListener('input', onInput, true); };
}
