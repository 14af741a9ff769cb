import type { Arguments } from '../types/arguments.ts';
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

/** The classes that `create` can make. The rest of Kurento's classes need decoding, which this server never does. */
export const makers: ReadonlyMap<string, Make> = new Map<string, Make>([
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
