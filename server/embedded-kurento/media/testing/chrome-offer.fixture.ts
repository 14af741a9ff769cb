/** A real offer of Chromium that sends sound and picture, without some of its codec variants. Lines end in LF. */
export const chromePresenterOffer = `v=0
o=- 1257709625263995596 2 IN IP4 127.0.0.1
s=-
t=0 0
a=group:BUNDLE 0 1
a=extmap-allow-mixed
a=msid-semantic: WMS 250bca81-eea5-4607-b262-1783ff677c68
m=audio 9 UDP/TLS/RTP/SAVPF 111 63 9 0 8 13
c=IN IP4 0.0.0.0
a=rtcp:9 IN IP4 0.0.0.0
a=ice-ufrag:jo1q
a=ice-pwd:oyHdu8U6v8i4qIhCAc2zgutd
a=ice-options:trickle
a=fingerprint:sha-256 D2:64:92:65:82:AE:37:08:FF:7F:F0:B5:F6:BC:FB:B0:3F:B6:2F:93:3B:5F:5E:1C:41:E5:C1:95:2E:ED:A5:11
a=setup:actpass
a=mid:0
a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level
a=extmap:2 http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time
a=extmap:3 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01
a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid
a=sendonly
a=msid:250bca81-eea5-4607-b262-1783ff677c68 6c23f2bd-e30e-45bf-95a2-fa7c4a12ad76
a=rtcp-mux
a=rtcp-rsize
a=rtcp-xr:rcvr-rtt=all
a=rtpmap:111 opus/48000/2
a=rtcp-fb:111 transport-cc
a=fmtp:111 minptime=10;useinbandfec=1
a=rtpmap:63 red/48000/2
a=fmtp:63 111/111
a=rtpmap:9 G722/8000
a=rtpmap:0 PCMU/8000
a=rtpmap:8 PCMA/8000
a=rtpmap:13 CN/8000
a=ssrc:578201875 cname:w+qn4vpupv9uZ/qT
a=ssrc:578201875 msid:250bca81-eea5-4607-b262-1783ff677c68 6c23f2bd-e30e-45bf-95a2-fa7c4a12ad76
m=video 9 UDP/TLS/RTP/SAVPF 96 97 102 103 104 45 46 98 99 118 120
c=IN IP4 0.0.0.0
a=rtcp:9 IN IP4 0.0.0.0
a=ice-ufrag:jo1q
a=ice-pwd:oyHdu8U6v8i4qIhCAc2zgutd
a=ice-options:trickle
a=fingerprint:sha-256 D2:64:92:65:82:AE:37:08:FF:7F:F0:B5:F6:BC:FB:B0:3F:B6:2F:93:3B:5F:5E:1C:41:E5:C1:95:2E:ED:A5:11
a=setup:actpass
a=mid:1
a=extmap:14 urn:ietf:params:rtp-hdrext:toffset
a=extmap:2 http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time
a=extmap:13 urn:3gpp:video-orientation
a=extmap:3 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01
a=extmap:5 http://www.webrtc.org/experiments/rtp-hdrext/playout-delay
a=extmap:6 http://www.webrtc.org/experiments/rtp-hdrext/video-content-type
a=extmap:7 http://www.webrtc.org/experiments/rtp-hdrext/video-timing
a=extmap:8 http://www.webrtc.org/experiments/rtp-hdrext/color-space
a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid
a=extmap:10 urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id
a=extmap:11 urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id
a=sendonly
a=msid:250bca81-eea5-4607-b262-1783ff677c68 420db973-c62b-4621-bd43-beaabd85a616
a=rtcp-mux
a=rtcp-rsize
a=rtcp-xr:rcvr-rtt=all
a=rtpmap:96 VP8/90000
a=rtcp-fb:96 goog-remb
a=rtcp-fb:96 transport-cc
a=rtcp-fb:96 ccm fir
a=rtcp-fb:96 nack
a=rtcp-fb:96 nack pli
a=rtpmap:97 rtx/90000
a=fmtp:97 apt=96
a=rtpmap:102 H264/90000
a=rtcp-fb:102 goog-remb
a=rtcp-fb:102 transport-cc
a=rtcp-fb:102 ccm fir
a=rtcp-fb:102 nack
a=rtcp-fb:102 nack pli
a=fmtp:102 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42001f
a=rtpmap:103 rtx/90000
a=fmtp:103 apt=102
a=rtpmap:104 H264/90000
a=rtcp-fb:104 goog-remb
a=rtcp-fb:104 transport-cc
a=rtcp-fb:104 ccm fir
a=rtcp-fb:104 nack
a=rtcp-fb:104 nack pli
a=fmtp:104 level-asymmetry-allowed=1;packetization-mode=0;profile-level-id=42001f
a=rtpmap:45 AV1/90000
a=rtcp-fb:45 goog-remb
a=rtcp-fb:45 transport-cc
a=rtcp-fb:45 ccm fir
a=rtcp-fb:45 nack
a=rtcp-fb:45 nack pli
a=fmtp:45 level-idx=5;profile=0;tier=0
a=rtpmap:46 rtx/90000
a=fmtp:46 apt=45
a=rtpmap:98 VP9/90000
a=rtcp-fb:98 goog-remb
a=rtcp-fb:98 transport-cc
a=rtcp-fb:98 ccm fir
a=rtcp-fb:98 nack
a=rtcp-fb:98 nack pli
a=fmtp:98 profile-id=0
a=rtpmap:99 rtx/90000
a=fmtp:99 apt=98
a=rtpmap:118 red/90000
a=rtpmap:120 ulpfec/90000
a=ssrc-group:FID 1604946291 638881937
a=ssrc:1604946291 cname:w+qn4vpupv9uZ/qT
a=ssrc:1604946291 msid:250bca81-eea5-4607-b262-1783ff677c68 420db973-c62b-4621-bd43-beaabd85a616
a=ssrc:638881937 cname:w+qn4vpupv9uZ/qT
a=ssrc:638881937 msid:250bca81-eea5-4607-b262-1783ff677c68 420db973-c62b-4621-bd43-beaabd85a616
`;

/** A real offer of Chromium that only receives. Lines end in LF. */
export const chromeViewerOffer = `v=0
o=- 5102146608123193654 2 IN IP4 127.0.0.1
s=-
t=0 0
a=group:BUNDLE 0 1
a=extmap-allow-mixed
a=msid-semantic: WMS
m=audio 9 UDP/TLS/RTP/SAVPF 111 63 9 0 8 13
c=IN IP4 0.0.0.0
a=rtcp:9 IN IP4 0.0.0.0
a=ice-ufrag:06xd
a=ice-pwd:Vm+7Lz+SPq1M1i7bjEYDfF3a
a=ice-options:trickle
a=fingerprint:sha-256 1C:FE:1D:9F:41:3C:E2:7E:1F:55:66:72:B5:FE:A5:E0:24:3D:D0:AC:E6:CC:F8:6F:DE:82:C8:67:77:22:F4:83
a=setup:actpass
a=mid:0
a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level
a=extmap:2 http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time
a=extmap:3 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01
a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid
a=recvonly
a=rtcp-mux
a=rtcp-rsize
a=rtcp-xr:rcvr-rtt=all
a=rtpmap:111 opus/48000/2
a=rtcp-fb:111 transport-cc
a=fmtp:111 minptime=10;useinbandfec=1
a=rtpmap:63 red/48000/2
a=fmtp:63 111/111
a=rtpmap:9 G722/8000
a=rtpmap:0 PCMU/8000
a=rtpmap:8 PCMA/8000
a=rtpmap:13 CN/8000
m=video 9 UDP/TLS/RTP/SAVPF 96 97 98 99 102 103 104 45 46 118 120 49
c=IN IP4 0.0.0.0
a=rtcp:9 IN IP4 0.0.0.0
a=ice-ufrag:06xd
a=ice-pwd:Vm+7Lz+SPq1M1i7bjEYDfF3a
a=ice-options:trickle
a=fingerprint:sha-256 1C:FE:1D:9F:41:3C:E2:7E:1F:55:66:72:B5:FE:A5:E0:24:3D:D0:AC:E6:CC:F8:6F:DE:82:C8:67:77:22:F4:83
a=setup:actpass
a=mid:1
a=extmap:14 urn:ietf:params:rtp-hdrext:toffset
a=extmap:2 http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time
a=extmap:13 urn:3gpp:video-orientation
a=extmap:3 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01
a=extmap:5 http://www.webrtc.org/experiments/rtp-hdrext/playout-delay
a=extmap:6 http://www.webrtc.org/experiments/rtp-hdrext/video-content-type
a=extmap:7 http://www.webrtc.org/experiments/rtp-hdrext/video-timing
a=extmap:8 http://www.webrtc.org/experiments/rtp-hdrext/color-space
a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid
a=extmap:10 urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id
a=extmap:11 urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id
a=recvonly
a=rtcp-mux
a=rtcp-rsize
a=rtcp-xr:rcvr-rtt=all
a=rtpmap:96 VP8/90000
a=rtcp-fb:96 goog-remb
a=rtcp-fb:96 transport-cc
a=rtcp-fb:96 ccm fir
a=rtcp-fb:96 nack
a=rtcp-fb:96 nack pli
a=rtpmap:97 rtx/90000
a=fmtp:97 apt=96
a=rtpmap:98 VP9/90000
a=rtcp-fb:98 goog-remb
a=rtcp-fb:98 transport-cc
a=rtcp-fb:98 ccm fir
a=rtcp-fb:98 nack
a=rtcp-fb:98 nack pli
a=fmtp:98 profile-id=0
a=rtpmap:99 rtx/90000
a=fmtp:99 apt=98
a=rtpmap:102 H264/90000
a=rtcp-fb:102 goog-remb
a=rtcp-fb:102 transport-cc
a=rtcp-fb:102 ccm fir
a=rtcp-fb:102 nack
a=rtcp-fb:102 nack pli
a=fmtp:102 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42001f
a=rtpmap:103 rtx/90000
a=fmtp:103 apt=102
a=rtpmap:104 H264/90000
a=rtcp-fb:104 goog-remb
a=rtcp-fb:104 transport-cc
a=rtcp-fb:104 ccm fir
a=rtcp-fb:104 nack
a=rtcp-fb:104 nack pli
a=fmtp:104 level-asymmetry-allowed=1;packetization-mode=0;profile-level-id=42001f
a=rtpmap:45 AV1/90000
a=rtcp-fb:45 goog-remb
a=rtcp-fb:45 transport-cc
a=rtcp-fb:45 ccm fir
a=rtcp-fb:45 nack
a=rtcp-fb:45 nack pli
a=fmtp:45 level-idx=5;profile=0;tier=0
a=rtpmap:46 rtx/90000
a=fmtp:46 apt=45
a=rtpmap:118 red/90000
a=rtpmap:120 ulpfec/90000
a=rtpmap:49 flexfec-03/90000
a=rtcp-fb:49 goog-remb
a=rtcp-fb:49 transport-cc
a=fmtp:49 repair-window=10000000
`;

/** A real answer of Chromium to an offer of this server, with sound and picture both ways. Lines end in LF. */
export const chromeAnswer = `v=0
o=- 449484869572025007 2 IN IP4 127.0.0.1
s=-
t=0 0
a=group:BUNDLE audio0 video0
a=msid-semantic: WMS
m=audio 9 RTP/SAVPF 96 0 8
c=IN IP4 0.0.0.0
a=rtcp:9 IN IP4 0.0.0.0
a=ice-ufrag:n8v6
a=ice-pwd:bAecCy7c6yIKVDOnNzmScVey
a=ice-options:trickle
a=fingerprint:sha-256 29:19:C9:95:47:9E:AE:69:2A:26:A2:CB:AE:77:EF:59:2F:1B:51:90:33:6D:3F:E4:9B:A8:13:14:D6:A3:E2:48
a=setup:active
a=mid:audio0
a=sendrecv
a=msid:- a2f449d9-4be4-4f1a-86cd-a2043e77f99d
a=rtcp-mux
a=rtpmap:96 opus/48000/2
a=fmtp:96 minptime=10;useinbandfec=1
a=rtpmap:0 PCMU/8000
a=rtpmap:8 PCMA/8000
a=ssrc:2127665973 cname:+aoJ3/xkLgqS8ieH
m=video 9 RTP/SAVPF 100 101 102 103
c=IN IP4 0.0.0.0
a=rtcp:9 IN IP4 0.0.0.0
a=ice-ufrag:n8v6
a=ice-pwd:bAecCy7c6yIKVDOnNzmScVey
a=ice-options:trickle
a=fingerprint:sha-256 29:19:C9:95:47:9E:AE:69:2A:26:A2:CB:AE:77:EF:59:2F:1B:51:90:33:6D:3F:E4:9B:A8:13:14:D6:A3:E2:48
a=setup:active
a=mid:video0
a=sendrecv
a=msid:- 024a3410-1273-4cdb-9e85-581714cf838a
a=rtcp-mux
a=rtpmap:100 AV1/90000
a=rtcp-fb:100 goog-remb
a=rtcp-fb:100 ccm fir
a=rtcp-fb:100 nack
a=rtcp-fb:100 nack pli
a=fmtp:100 level-idx=5;profile=0;tier=0
a=rtpmap:101 VP9/90000
a=rtcp-fb:101 goog-remb
a=rtcp-fb:101 ccm fir
a=rtcp-fb:101 nack
a=rtcp-fb:101 nack pli
a=fmtp:101 profile-id=0
a=rtpmap:102 VP8/90000
a=rtcp-fb:102 goog-remb
a=rtcp-fb:102 ccm fir
a=rtcp-fb:102 nack
a=rtcp-fb:102 nack pli
a=rtpmap:103 H264/90000
a=rtcp-fb:103 goog-remb
a=rtcp-fb:103 ccm fir
a=rtcp-fb:103 nack
a=rtcp-fb:103 nack pli
a=fmtp:103 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f
a=ssrc:4142476412 cname:+aoJ3/xkLgqS8ieH
`;
