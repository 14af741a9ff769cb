import { Store } from './store.ts';

/** Whether this very page sends a show, which ends with the page. Links to other pages open beside it meanwhile. */
export const onAirHere = new Store(false);
