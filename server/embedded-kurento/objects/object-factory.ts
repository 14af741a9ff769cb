import type { Arguments } from '../types/arguments.ts';
import { Composite } from './composite.ts';
import { Dispatcher, DispatcherOneToMany, Hub, HubPort } from './hub.ts';
import { PassThrough } from './media-element.ts';
import type { MediaObject, ObjectContext } from './media-object.ts';
import { MediaPipeline } from './media-pipeline.ts';
import { PlayerEndpoint } from './player-endpoint.ts';
import { RecorderEndpoint } from './recorder-endpoint.ts';
import { RtpEndpoint, readSdes } from './rtp-endpoint.ts';
import { WebRtcEndpoint } from './webrtc-endpoint.ts';

/** Makes an object of checked constructor parameters. */
type Make = (context: ObjectContext, args: Arguments) => MediaObject;

/** The function that makes objects of a class; undefined for a class that this server does not have. */
export function makerOf(className: string, { transcoding }: ObjectContext): Make | undefined {
  const transcoder = transcodingMakers.get(className);
  if (transcoder === undefined || transcoding.isAvailable) return makers.get(className) ?? transcoder;
  transcoding.hint();
  return undefined;
}

/** The names of the classes that `create` can make. */
export function madeClasses({ transcoding }: ObjectContext): ReadonlySet<string> {
  return new Set([...makers.keys(), ...(transcoding.isAvailable ? transcodingMakers.keys() : [])]);
}

/** The classes that need decoding, which is optional. */
const transcodingMakers: ReadonlyMap<string, Make> = new Map<string, Make>([
  [
    'Composite',
    (_context, args) => {
      const shape = { width: args.number('width'), height: args.number('height'), framerate: args.number('framerate') };
      return new Composite(pipelineOf(args), shape);
    },
  ],
]);

/** The classes that need none. The rest of Kurento's classes are not made here. */
const makers: ReadonlyMap<string, Make> = new Map<string, Make>([
  ['MediaPipeline', (context) => new MediaPipeline(context)],
  ['Dispatcher', (_context, args) => new Dispatcher(pipelineOf(args))],
  ['DispatcherOneToMany', (_context, args) => new DispatcherOneToMany(pipelineOf(args))],
  ['HubPort', (_context, args) => new HubPort(args.object('hub', Hub))],
  ['PassThrough', (_context, args) => new PassThrough(pipelineOf(args))],
  [
    'WebRtcEndpoint',
    (_context, args) => {
      const isSet = (name: 'recvonly' | 'sendonly' | 'useDataChannels'): boolean => args.value(name) === true;
      const options = {
        recvonly: isSet('recvonly'),
        sendonly: isSet('sendonly'),
        useDataChannels: isSet('useDataChannels'),
      };
      return new WebRtcEndpoint(pipelineOf(args), options);
    },
  ],
  [
    'RtpEndpoint',
    (_context, args) => {
      const options = { crypto: readSdes(args.record('crypto')), ipv6: args.value('useIpv6') === true };
      return new RtpEndpoint(pipelineOf(args), options);
    },
  ],
  [
    'PlayerEndpoint',
    (_context, args) => {
      const options = { uri: args.text('uri'), networkCache: args.number('networkCache') };
      return new PlayerEndpoint(pipelineOf(args), options);
    },
  ],
  [
    'RecorderEndpoint',
    (_context, args) =>
      new RecorderEndpoint(pipelineOf(args), {
        uri: args.text('uri'),
        mediaProfile: args.text('mediaProfile'),
        stopOnEndOfStream: args.value('stopOnEndOfStream') === true,
      }),
  ],
]);

function pipelineOf(args: Arguments): MediaPipeline {
  return args.object('mediaPipeline', MediaPipeline);
}
