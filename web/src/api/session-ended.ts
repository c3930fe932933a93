/** True once the server has said that nobody is signed in any more. Nothing typed is thrown away for it. */
import { observable } from './observable.ts';

export const sessionEnded = observable(false);
