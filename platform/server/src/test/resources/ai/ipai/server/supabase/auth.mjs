// What apps do with supabase-js and accounts. Each section prints "ok <name>"; the test that starts this counts them.
import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { createClient } from '@supabase/supabase-js'

const { API_URL, ANON_KEY, SERVICE_KEY, MAILS_URL } = process.env
const APP = 'http://app.test/welcome'

const client = (flowType = 'implicit') => {
  const kept = new Map()
  return createClient(API_URL, ANON_KEY, {
    auth: {
      flowType,
      autoRefreshToken: false,
      persistSession: true,
      detectSessionInUrl: false,
      storage: {
        getItem: (k) => kept.get(k) ?? null,
        setItem: (k, v) => void kept.set(k, v),
        removeItem: (k) => void kept.delete(k),
      },
    },
  })
}
const admin = createClient(API_URL, SERVICE_KEY, { auth: { persistSession: false, autoRefreshToken: false } })
const good = ({ data, error }) => {
  assert.equal(error, null, error && `${error.code} ${error.status} ${error.message}`)
  return data
}
const mail = async (to, subject) => {
  const answer = await fetch(`${MAILS_URL}?to=${encodeURIComponent(to)}&subject=${encodeURIComponent(subject)}`)
  assert.equal(answer.status, 200, `no mail "${subject}" to ${to}`)
  const text = await answer.text()
  return { link: text.match(/https?:\S+/)?.[0], code: text.match(/^\d{6}$/m)?.[0] }
}
const land = async (link) => {
  const answer = await fetch(link, { redirect: 'manual' })
  assert.equal(answer.status, 303)
  return new URL(answer.headers.get('location'))
}
const newUser = async (email, more = {}) =>
  good(await admin.auth.admin.createUser({ email, password: 'a long password', email_confirm: true, ...more })).user
const signedIn = async (email, flow) => {
  const app = client(flow)
  good(await app.auth.signInWithPassword({ email, password: 'a long password' }))
  return app
}
const claims = (token) => JSON.parse(Buffer.from(token.split('.')[1], 'base64url'))
const refused = async (token) => (await fetch(`${API_URL}/auth/v1/user`, { headers: { apikey: ANON_KEY, Authorization: `Bearer ${token}` } })).status
const refusedWithinASecond = async (token) => {
  const until = Date.now() + 1000
  while ((await refused(token)) === 200) assert.ok(Date.now() < until, 'still good after a second')
}

const sections = {
  async signUpAndConfirm() {
    const app = client()
    const { user, session } = good(
      await app.auth.signUp({ email: 'ada@app.test', password: 'a long password', options: { data: { name: 'Ada' }, emailRedirectTo: APP } }),
    )
    assert.equal(session, null)
    assert.equal(user.identities.length, 1)
    assert.equal(user.user_metadata.name, 'Ada')
    const early = await app.auth.signInWithPassword({ email: 'ada@app.test', password: 'a long password' })
    assert.equal(early.error.code, 'email_not_confirmed')
    const { link } = await mail('ada@app.test', 'Confirm your address')
    const place = await land(link)
    assert.equal(place.origin + place.pathname, APP)
    const tokens = new URLSearchParams(place.hash.slice(1))
    assert.equal(tokens.get('type'), 'signup')
    good(await app.auth.setSession({ access_token: tokens.get('access_token'), refresh_token: tokens.get('refresh_token') }))
    assert.equal(good(await app.auth.getUser()).user.email, 'ada@app.test')
    const again = await land(link)
    assert.equal(new URLSearchParams(again.hash.slice(1)).get('error_code'), 'otp_expired')
  },

  async signUpTellsNobodyWhoIsThere() {
    await newUser('there@app.test')
    const shape = async (email) => {
      const answer = await fetch(`${API_URL}/auth/v1/signup`, {
        method: 'POST',
        headers: { apikey: ANON_KEY, 'content-type': 'application/json' },
        body: JSON.stringify({ email, password: 'another password' }),
      })
      const user = await answer.json()
      return [answer.status, Object.keys(user).sort().join(), user.identities.map((i) => Object.keys(i).sort().join()).join('|')].join('\n')
    }
    assert.equal(await shape('there@app.test'), await shape('nobody-yet@app.test'))
    for (const path of ['recover', 'otp', 'magiclink']) {
      const answers = []
      for (const email of [`known-${path}@app.test`, `unknown-${path}@app.test`]) {
        if (email.startsWith('known')) await newUser(email)
        const answer = await fetch(`${API_URL}/auth/v1/${path}`, {
          method: 'POST',
          headers: { apikey: ANON_KEY, 'content-type': 'application/json' },
          body: JSON.stringify({ email, create_user: false }),
        })
        answers.push(answer.status + (await answer.text()))
      }
      assert.equal(answers[0], answers[1])
    }
  },

  async weakAndWrongAreTold() {
    const app = client()
    const weak = await app.auth.signUp({ email: 'weak@app.test', password: 'short' })
    assert.equal(weak.error.code, 'weak_password')
    assert.equal(weak.error.name, 'AuthWeakPasswordError')
    const wrong = await app.auth.signInWithPassword({ email: 'nobody@app.test', password: 'a long password' })
    assert.equal(wrong.error.code, 'invalid_credentials')
    assert.equal(wrong.error.status, 400)
    assert.equal((await app.auth.signInAnonymously()).error.code, 'anonymous_provider_disabled')
  },

  async refreshRotates() {
    await newUser('rita@app.test')
    const app = await signedIn('rita@app.test')
    const first = good(await app.auth.getSession()).session
    const second = good(await app.auth.refreshSession()).session
    assert.notEqual(first.refresh_token, second.refresh_token)
    assert.equal(claims(first.access_token).session_id, claims(second.access_token).session_id)
    const unknown = await client().auth.refreshSession({ refresh_token: 'never-issued' })
    assert.equal(unknown.error.code, 'refresh_token_not_found')
  },

  async tokensAreCheckedByPublishedKeys() {
    await newUser('kay@app.test')
    const app = await signedIn('kay@app.test')
    const { claims: checked, header } = good(await app.auth.getClaims())
    assert.equal(header.alg, 'ES256')
    assert.equal(checked.email, 'kay@app.test')
    assert.equal(checked.aal, 'aal1')
    assert.equal(checked.amr[0].method, 'password')
  },

  async signOutHoldsWithinASecond() {
    await newUser('otto@app.test')
    const [one, two, three] = [await signedIn('otto@app.test'), await signedIn('otto@app.test'), await signedIn('otto@app.test')]
    const token = async (app) => (await app.auth.getSession()).data.session.access_token
    const [t1, t2, t3] = [await token(one), await token(two), await token(three)]
    good(await one.auth.signOut({ scope: 'others' }).then((r) => ({ data: {}, ...r })))
    await refusedWithinASecond(t2)
    await refusedWithinASecond(t3)
    assert.equal(await refused(t1), 200)
    good(await one.auth.signOut({ scope: 'local' }).then((r) => ({ data: {}, ...r })))
    await refusedWithinASecond(t1)
    const rest = await fetch(`${API_URL}/rest/v1/`, { headers: { apikey: ANON_KEY, Authorization: `Bearer ${t1}` } })
    assert.equal(rest.status, 401)
  },

  async usersChangeThemselves() {
    await newUser('uma@app.test')
    const app = await signedIn('uma@app.test')
    const other = await signedIn('uma@app.test')
    const user = good(await app.auth.updateUser({ data: { name: 'Uma', theme: 'dark' } })).user
    assert.equal(user.user_metadata.theme, 'dark')
    assert.equal((await app.auth.updateUser({ password: 'a long password' })).error.code, 'same_password')
    const before = (await other.auth.getSession()).data.session.access_token
    good(await app.auth.updateUser({ password: 'quite another password', data: { theme: null } }))
    await refusedWithinASecond(before)
    good(await client().auth.signInWithPassword({ email: 'uma@app.test', password: 'quite another password' }))
    assert.equal((await app.auth.updateUser({ data: {} })).data.user.user_metadata.theme, undefined)
    const sneaky = good(await app.auth.updateUser({ app_metadata: { ipai_roles: ['ipai_platform_admin'] } })).user
    assert.equal(sneaky.app_metadata.ipai_roles, undefined)
  },

  async codesByMail() {
    const app = client()
    good(await app.auth.signInWithOtp({ email: 'otis@app.test' }))
    const { code } = await mail('otis@app.test', 'Sign in')
    const wrong = await app.auth.verifyOtp({ email: 'otis@app.test', token: code === '000000' ? '111111' : '000000', type: 'email' })
    assert.equal(wrong.error.code, 'otp_expired')
    assert.equal(good(await app.auth.verifyOtp({ email: 'otis@app.test', token: code, type: 'email' })).user.email, 'otis@app.test')
    assert.equal((await app.auth.verifyOtp({ email: 'otis@app.test', token: code, type: 'email' })).error.code, 'otp_expired')
    const soon = await app.auth.signInWithOtp({ email: 'otis@app.test' })
    assert.equal(soon.error.code, 'over_email_send_rate_limit')
    assert.equal(soon.error.status, 429)
  },

  async magicLinkWithVerifier() {
    await newUser('pia@app.test')
    const app = client('pkce')
    good(await app.auth.signInWithOtp({ email: 'pia@app.test', options: { emailRedirectTo: APP, shouldCreateUser: false } }))
    const { link } = await mail('pia@app.test', 'Sign in')
    const place = await land(link)
    assert.equal(place.hash, '')
    const code = place.searchParams.get('code')
    const thief = await fetch(`${API_URL}/auth/v1/token?grant_type=pkce`, {
      method: 'POST',
      headers: { apikey: ANON_KEY, 'content-type': 'application/json' },
      body: JSON.stringify({ auth_code: 'x' + code, code_verifier: 'y'.repeat(60) }),
    })
    assert.equal((await thief.json()).error_code, 'flow_state_not_found')
    assert.equal(good(await app.auth.exchangeCodeForSession(code)).user.email, 'pia@app.test')
  },

  async codeWithoutItsVerifierIsWorthless() {
    await newUser('paul@app.test')
    const app = client('pkce')
    good(await app.auth.signInWithOtp({ email: 'paul@app.test', options: { emailRedirectTo: APP } }))
    const code = (await land((await mail('paul@app.test', 'Sign in')).link)).searchParams.get('code')
    const thief = await fetch(`${API_URL}/auth/v1/token?grant_type=pkce`, {
      method: 'POST',
      headers: { apikey: ANON_KEY, 'content-type': 'application/json' },
      body: JSON.stringify({ auth_code: code, code_verifier: 'y'.repeat(60) }),
    })
    assert.equal((await thief.json()).error_code, 'bad_code_verifier')
    assert.equal((await app.auth.exchangeCodeForSession(code)).error.code, 'flow_state_not_found')
  },

  async recovery() {
    await newUser('rosa@app.test')
    const app = client()
    good(await app.auth.resetPasswordForEmail('rosa@app.test', { redirectTo: APP }))
    const { link } = await mail('rosa@app.test', 'Reset your password')
    const hash = new URL(link).searchParams.get('token')
    good(await app.auth.verifyOtp({ token_hash: hash, type: 'recovery' }))
    good(await app.auth.updateUser({ password: 'remembered this time' }))
    good(await client().auth.signInWithPassword({ email: 'rosa@app.test', password: 'remembered this time' }))
  },

  async emailChangeNeedsBothMailboxes() {
    await newUser('emil@app.test')
    const app = await signedIn('emil@app.test')
    const user = good(await app.auth.updateUser({ email: 'emil.new@app.test' })).user
    assert.equal(user.new_email, 'emil.new@app.test')
    assert.equal(user.email, 'emil@app.test')
    const place = await land((await mail('emil.new@app.test', 'Confirm the change of your address')).link)
    assert.match(decodeURIComponent(place.hash), /Confirmation.link.accepted/)
    assert.equal(good(await app.auth.getUser()).user.email, 'emil@app.test')
    await land((await mail('emil@app.test', 'Confirm the change of your address')).link)
    assert.equal(good(await app.auth.getUser()).user.email, 'emil.new@app.test')
  },

  async nobodyIsSentElsewhere() {
    await newUser('oscar@app.test')
    for (const evil of [
      'https://evil.test/', 'http://app.test.evil.test/', 'http://app.test@evil.test/', 'javascript:alert(1)',
      '//evil.test', 'http:\\\\evil.test', 'http://app.test%2eevil.test/', 'data:text/html,x',
    ]) {
      const { action_link } = good(
        await admin.auth.admin.generateLink({ type: 'magiclink', email: 'oscar@app.test', options: { redirectTo: evil } }),
      ).properties
      const place = await land(action_link.replace(/redirect_to=.*/, 'redirect_to=' + encodeURIComponent(evil)))
      assert.equal(place.origin, new URL(API_URL).origin, evil)
    }
  },

  async secondFactor() {
    const app = client()
    await newUser('toni@app.test')
    good(await app.auth.signInWithPassword({ email: 'toni@app.test', password: 'a long password' }))
    const factor = good(await app.auth.mfa.enroll({ factorType: 'totp', friendlyName: 'phone' }))
    assert.match(factor.totp.qr_code, /^data:image\/svg\+xml;utf-8,<svg/)
    const key = Buffer.from(
      [...factor.totp.secret].map((c) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(c).toString(2).padStart(5, '0')).join('').match(/.{8}/g).map((b) => parseInt(b, 2)),
    )
    const code = (ahead = 0) => {
      const step = Buffer.alloc(8)
      step.writeBigInt64BE(BigInt(Math.floor(Date.now() / 30000) + ahead))
      const mac = createHmac('sha1', key).update(step).digest()
      return String((mac.readUInt32BE(mac[19] & 15) & 0x7fffffff) % 1000000).padStart(6, '0')
    }
    const aside = await signedIn('toni@app.test')
    const asideToken = (await aside.auth.getSession()).data.session.access_token
    const first = code()
    good(await app.auth.mfa.challengeAndVerify({ factorId: factor.id, code: first }))
    assert.equal(good(await app.auth.mfa.getAuthenticatorAssuranceLevel()).currentLevel, 'aal2')
    await refusedWithinASecond(asideToken)
    const again = await signedIn('toni@app.test')
    const level = good(await again.auth.mfa.getAuthenticatorAssuranceLevel())
    assert.deepEqual([level.currentLevel, level.nextLevel], ['aal1', 'aal2'])
    assert.equal((await again.auth.updateUser({ password: 'with one factor only' })).error.code, 'insufficient_aal')
    assert.equal((await again.auth.mfa.unenroll({ factorId: factor.id })).error.code, 'insufficient_aal')
    assert.equal((await again.auth.mfa.challengeAndVerify({ factorId: factor.id, code: first })).error.code, 'mfa_verification_failed')
    good(await again.auth.mfa.challengeAndVerify({ factorId: factor.id, code: code(1) }))
    assert.equal(good(await again.auth.mfa.listFactors()).totp.length, 1)
    good(await again.auth.mfa.unenroll({ factorId: factor.id }))
    assert.equal(good(await again.auth.mfa.listFactors()).all.length, 0)
  },

  async administrators() {
    const made = await newUser('ines@app.test', { app_metadata: { ipai_roles: ['ipai_bi_developer'] }, user_metadata: { name: 'Ines' } })
    assert.deepEqual(made.app_metadata.ipai_roles, ['ipai_bi_developer'])
    assert.equal(good(await admin.auth.admin.getUserById(made.id)).user.email, 'ines@app.test')
    const app = await signedIn('ines@app.test')
    const token = (await app.auth.getSession()).data.session.access_token
    good(await admin.auth.admin.updateUserById(made.id, { app_metadata: { ipai_roles: [] } }))
    await refusedWithinASecond(token)
    good(await admin.auth.admin.updateUserById(made.id, { ban_duration: '24h' }))
    assert.equal((await client().auth.signInWithPassword({ email: 'ines@app.test', password: 'a long password' })).error.code, 'invalid_credentials')
    const page = good(await admin.auth.admin.listUsers({ page: 1, perPage: 2 }))
    assert.equal(page.users.length, 2)
    assert.ok(page.total > 2)
    assert.equal(page.nextPage, 2)
    assert.equal((await client().auth.admin.listUsers()).error.code, 'not_admin')
    assert.equal((await app.auth.admin.listUsers()).error.code, 'not_admin')
    assert.equal((await admin.auth.admin.createUser({ email: 'ines@app.test', password: 'a long password' })).error.code, 'email_exists')
    good(await admin.auth.admin.deleteUser(made.id))
    assert.equal((await admin.auth.admin.getUserById(made.id)).error.code, 'user_not_found')
    good(await admin.auth.admin.inviteUserByEmail('ivan@app.test'))
    const { link } = await mail('ivan@app.test', 'You have been invited')
    assert.equal(new URLSearchParams((await land(link)).hash.slice(1)).get('type'), 'invite')
  },

  async signInElsewhere() {
    for (const flow of ['implicit', 'pkce']) {
      const app = client(flow)
      const { url } = good(
        await app.auth.signInWithOAuth({ provider: 'keycloak', options: { redirectTo: APP, skipBrowserRedirect: true } }),
      )
      const leaving = await fetch(url, { redirect: 'manual' })
      assert.equal(leaving.status, 303)
      const cookie = leaving.headers.get('set-cookie').split(';')[0]
      const provider = await fetch(leaving.headers.get('location'), { redirect: 'manual' })
      const back = provider.headers.get('location')
      const stranger = await fetch(back.replace(/state=[^&]*/, 'state=guessed'), { redirect: 'manual', headers: { cookie } })
      assert.match(stranger.headers.get('location'), /error_code=bad_oauth_state/)
      const arrived = await fetch(back, { redirect: 'manual', headers: { cookie } })
      const place = new URL(arrived.headers.get('location'))
      assert.equal(place.origin + place.pathname, APP, place.href)
      if (flow === 'pkce') {
        assert.equal(good(await app.auth.exchangeCodeForSession(place.searchParams.get('code'))).user.email, 'olga@elsewhere.test')
      } else {
        const tokens = new URLSearchParams(place.hash.slice(1))
        const set = good(await app.auth.setSession({ access_token: tokens.get('access_token'), refresh_token: tokens.get('refresh_token') }))
        assert.equal(set.user.identities.find((i) => i.provider === 'keycloak').identity_data.sub, 'subject-1')
      }
      const replay = await fetch(back, { redirect: 'manual', headers: { cookie } })
      assert.match(replay.headers.get('location'), /error_code=bad_oauth_state/)
      const other = await fetch(leaving.headers.get('location'), { redirect: 'manual' })
      const anotherBrowser = await fetch(other.headers.get('location'), { redirect: 'manual' })
      assert.match(anotherBrowser.headers.get('location'), /error_code=bad_oauth_state/)
    }
  },
}

const wanted = process.argv.slice(2)
let failed = 0
for (const [name, run] of Object.entries(sections)) {
  if (wanted.length && !wanted.includes(name)) continue
  try {
    await run()
    console.log('ok ' + name)
  } catch (e) {
    failed++
    console.log('failed ' + name + ': ' + (e.stack ?? e))
  }
}
process.exit(failed ? 1 : 0)
