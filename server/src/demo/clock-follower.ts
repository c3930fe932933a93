/** The demo has one clock: the emulator's. Ours follows it, whoever moves it. */
import type { Clock } from '../clock.ts';
import type { Control } from './control.ts';

export async function followOnce(control: Control, clock: Clock): Promise<number> {
  const { now, version } = await control.clock();
  clock.setOffset(now - Date.now());
  return version;
}

type Following = { control: Control; clock: Clock; moved: () => void; isStopping: () => boolean };

/** Waits for the emulator's clock to be moved, by whomever, and moves ours with it. */
export async function follow({ control, clock, moved, isStopping }: Following): Promise<void> {
  let version: number | undefined;
  while (!isStopping()) {
    try {
      const told = await control.clock(version);
      const changed = version !== undefined && told.version !== version;
      version = told.version;
      clock.setOffset(told.now - Date.now());
      if (changed) moved();
    } catch {
      // It is being started again, or we are stopping.
      version = undefined;
      await new Promise((resolve) => {
        setTimeout(resolve, 500).unref();
      });
    }
  }
}
