// The application of an agent, with openid-client: signs in by authorization code, works, and refreshes its token.
import * as client from 'openid-client'

const api = process.env.CONVERSATIONS_URL
const redirect = 'http://localhost:9999/signed-in'
const insecure = { execute: [client.allowInsecureRequests] } // plain HTTP, on the loopback alone
const config = await client.discovery(new URL(api), 'agent-desktop', undefined, client.None(), insecure)

const verifier = client.randomPKCECodeVerifier()
const state = client.randomState()
const nonce = client.randomNonce()
const signIn = client.buildAuthorizationUrl(config, {
  redirect_uri: redirect,
  scope: 'openid conversations:readonly',
  code_challenge: await client.calculatePKCECodeChallenge(verifier),
  code_challenge_method: 'S256',
  state,
  nonce,
})
const sentBack = await fetch(signIn, { redirect: 'manual' })
console.log('signed in', sentBack.status, new URL(sentBack.headers.get('location')).host)
const tokens = await client.authorizationCodeGrant(config, new URL(sentBack.headers.get('location')), {
  pkceCodeVerifier: verifier,
  expectedState: state,
  expectedNonce: nonce,
  idTokenExpected: true,
})
console.log('scope', tokens.scope, 'for', tokens.expires_in)

async function call(token, method, path, body) {
  const headers = new Headers(body ? { 'Content-Type': 'application/json' } : {})
  try {
    const answer = await client.fetchProtectedResource(config, token, new URL(path, api), method, body, headers)
    return [answer.status]
  } catch (refusal) {
    if (!(refusal instanceof client.WWWAuthenticateChallengeError)) throw refusal
    return [refusal.status, refusal.cause[0].parameters.error]
  }
}

const start = JSON.stringify({ mediaType: 'chat', address: 'ada' })
console.log('list', ...(await call(tokens.access_token, 'GET', '/api/v2/conversations')))
console.log('start', ...(await call(tokens.access_token, 'POST', '/api/v2/conversations', start)))
await fetch(new URL('/__mock/clock', api), { method: 'POST', body: JSON.stringify({ advance: '3h' }) })
console.log('list three hours later', ...(await call(tokens.access_token, 'GET', '/api/v2/conversations')))
const refreshed = await client.refreshTokenGrant(config, tokens.refresh_token)
console.log('list with a new token', ...(await call(refreshed.access_token, 'GET', '/api/v2/conversations')))
try {
  await client.refreshTokenGrant(config, tokens.refresh_token)
} catch (refusal) {
  console.log('the old refresh token', refusal.status, refusal.error)
}
