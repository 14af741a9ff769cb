import { useEffect, useState, useSyncExternalStore } from 'react';
import type { MediaChoice, MediaInputs } from './local-media.ts';
import type { Publisher, ShowPlan, Switches } from './publisher.ts';
import type { PublisherState } from './publisher-state.ts';
import { Studio } from './studio.ts';

/** What a component needs of the studio. */
export type PublisherHandle = {
  state: PublisherState;
  switches: Switches;
  inputs: MediaInputs;
  publisher: Publisher;
  askForCamera: (choice: MediaChoice) => void;
  goLive: (plan: ShowPlan) => void;
  /** Ends the show, or the attempt to begin one. */
  stop: () => void;
  prepareAgain: () => void;
};

/** Opens the camera and everything behind it as long as the component is shown. */
export function usePublisher(): PublisherHandle {
  const [studio] = useState(() => new Studio());
  useEffect(() => {
    studio.open();
    return () => studio.close();
  }, [studio]);
  const { publisher, devices } = studio;
  return {
    state: useSyncExternalStore(publisher.subscribe, publisher.getState, publisher.getState),
    switches: useSyncExternalStore(publisher.subscribeToSwitches, publisher.getSwitches, publisher.getSwitches),
    inputs: useSyncExternalStore(devices.subscribe, devices.getState, devices.getState),
    publisher,
    askForCamera: (choice) => studio.askForCamera(choice),
    goLive: (plan) => studio.goLive(plan),
    stop: () => void publisher.stop(),
    prepareAgain: () => studio.prepareAgain(),
  };
}
