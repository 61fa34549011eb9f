/** The page's player: it moves with the screen, minds reduced motion, and writes time through the actions. */
import {timeline} from '../model/timeline.js';
import {screenClock} from './clock.js';
import {createPlayer} from './player.js';

/**
 * @param {{store: {get: () => any}, actions: {setTime: (patch: {t?: number, playing?: boolean, speed?: number}) => void}}} page
 * @returns {import('./player.js').Player}
 */
export function pagePlayer({store, actions}) {
  const still = matchMedia('(prefers-reduced-motion: reduce)');
  return createPlayer({
    read: store.get, write: actions.setTime, clock: screenClock(), still: () => still.matches,
    timeline: () => (store.get().run ? timeline(store.get().run) : null),
  });
}
