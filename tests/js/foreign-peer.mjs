// SPDX-License-Identifier: EUPL-1.2
// A libp2p peer that is not ours. It dials the address it is given, tries every protocol it knows, and tells in one
// line of JSON how far it got and how long it was borne.
//
//   node foreign-peer.mjs <multiaddr> standard   the peer as it comes: TCP, TLS, yamux
//   node foreign-peer.mjs <multiaddr> silent     agrees to our upgrade and encrypts, and then shows no attestation
//   node foreign-peer.mjs <multiaddr> babbling   the same, and shows something that is no attestation

// libp2p asks for Node.js 22; on Node.js 20 this is all it misses.
Promise.withResolvers ??= function () {
  let resolve, reject
  const promise = new this((yes, no) => { resolve = yes; reject = no })
  return { promise, resolve, reject }
}

const { createLibp2p } = await import('libp2p')
const { tcp } = await import('@libp2p/tcp')
const { tls } = await import('@libp2p/tls')
const { yamux } = await import('@chainsafe/libp2p-yamux')
const { ping } = await import('@libp2p/ping')
const { multiaddr } = await import('@multiformats/multiaddr')

const [address, mode] = process.argv.slice(2)
const reached = { encrypted: false, connected: false, protocols: [], refused: null, milliseconds: 0 }

// TLS under the name of our own upgrade; what should follow inside it does not.
const withoutAttestation = (components) => {
  const plain = tls()(components)
  const secure = (how) => async (connection, options) => {
    const secured = await how.call(plain, connection, options)
    reached.encrypted = true
    if (mode === 'babbling') {
      secured.connection.send(Uint8Array.from([0, 5, 1, 2, 3, 4, 5]))
    }
    return secured
  }
  return {
    protocol: '/basisnet/tls-org/1',
    [Symbol.toStringTag]: 'without-attestation',
    secureInbound: secure(plain.secureInbound),
    secureOutbound: secure(plain.secureOutbound)
  }
}

const node = await createLibp2p({
  transports: [tcp()],
  connectionEncrypters: [mode === 'standard' ? tls() : withoutAttestation],
  streamMuxers: [yamux()],
  services: { ping: ping() },
  connectionManager: { dialTimeout: 20_000 },
  connectionMonitor: { enabled: false }
})

const since = performance.now()
const patience = AbortSignal.timeout(20_000)
try {
  const connection = await node.dial(multiaddr(address), { signal: patience })
  reached.connected = true
  const gone = new Promise((resolve) => connection.addEventListener('close', resolve, { once: true }))
  for (const protocol of ['/ipfs/ping/1.0.0', '/basisnet/1', '/basisnet/attestation/1']) {
    try {
      const stream = await connection.newStream(protocol, { signal: AbortSignal.timeout(8_000) })
      // Agreeing may be optimistic: only an answer counts.
      const answer = new Promise((resolve, reject) => {
        stream.addEventListener('message', resolve, { once: true })
        stream.addEventListener('close', reject, { once: true })
      })
      stream.send(new Uint8Array(32))
      await answer
      reached.protocols.push(protocol)
    } catch (error) {
      reached.refused = String(error.message ?? error)
    }
  }
  if (connection.status !== 'closed') {
    await Promise.race([gone, new Promise((resolve) => setTimeout(resolve, 10_000))])
  }
  reached.stillOpen = connection.status === 'open'
} catch (error) {
  reached.refused = String(error.message ?? error)
}
reached.milliseconds = Math.round(performance.now() - since)
process.stdout.write(JSON.stringify(reached) + '\n')
process.exit(0)
