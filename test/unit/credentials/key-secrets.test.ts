import fc from 'fast-check';
import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { secretTexts } from '../../../credentials/checks/secret-texts.js';
import { createRedaction } from '../../../nodes/SmtpOAuthSendEmail/untrusted/redact.js';
import { holdsPieceOf } from '../../support/tls/access-token.js';

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const PEM = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const BODY = PEM.replace(/-----[A-Z ]+-----|\s/g, '');
const KEY_FILE = JSON.stringify({
	type: 'service_account',
	private_key: PEM,
	client_email: 'mailer@my-project.iam.gserviceaccount.com',
});

/** Ways in which a key is entered. */
const ENTERED: Readonly<Record<string, Record<string, unknown>>> = {
	'as PEM': { privateKey: PEM },
	'on one line': { privateKey: PEM.replaceAll('\n', ' ') },
	'with \\n for breaks': { privateKey: PEM.replaceAll('\n', '\\n') },
	'without any break': {
		privateKey: `-----BEGIN PRIVATE KEY-----${BODY}-----END PRIVATE KEY-----`,
	},
	'with CRLF': { privateKey: PEM.replaceAll('\n', '\r\n') },
	'as a key file': { serviceAccountKey: KEY_FILE },
	'as a key file with breaks': { serviceAccountKey: JSON.stringify(JSON.parse(KEY_FILE), null, 2) },
	'as an object': { serviceAccountKey: JSON.parse(KEY_FILE) as unknown },
};

/** Ways in which somebody may repeat it. */
const REPEATED: Readonly<Record<string, string>> = {
	'as it is': PEM,
	'on one line': PEM.replaceAll('\n', ' '),
	'as JSON': JSON.stringify({ key: PEM }),
	'as a key file': KEY_FILE,
	'URL-encoded': encodeURIComponent(PEM),
	'without its breaks': BODY,
	'its body in base64': Buffer.from(BODY).toString('base64'),
};

describe('a private key', () => {
	it('is recognized however it was entered and however it is repeated', () => {
		fc.assert(
			fc.property(
				fc.constantFrom(...Object.keys(ENTERED)),
				fc.constantFrom(...Object.keys(REPEATED)),
				fc.string({ maxLength: 20 }),
				(entered, repeated, around) => {
					const redaction = createRedaction(secretTexts(ENTERED[entered] ?? {}));
					const text = `${around} ${REPEATED[repeated] ?? ''} ${around}`;
					const shown = [redaction.quote(text, 100_000), ...redaction.lines(text)].join('\n');
					expect(holdsPieceOf(shown, BODY)).toBe(false);
				},
			),
			{ numRuns: 150 },
		);
	});

	it('is recognized in lines of any other length', () => {
		fc.assert(
			fc.property(
				fc.constantFrom(...Object.keys(ENTERED)),
				fc.integer({ min: 8, max: 100 }),
				(entered, width) => {
					const redaction = createRedaction(secretTexts(ENTERED[entered] ?? {}));
					const broken = (BODY.match(new RegExp(`.{1,${String(width)}}`, 'g')) ?? []).join('\r\n');
					expect(holdsPieceOf(redaction.lines(broken).join('\n'), BODY)).toBe(false);
				},
			),
			{ numRuns: 60 },
		);
	});

	it.each(Object.entries(ENTERED))(
		'has each line of it recognized alone, entered %s',
		(_, fields) => {
			const redaction = createRedaction(secretTexts(fields));
			const lines = PEM.split('\n').filter((line) => line.length >= 8 && !line.startsWith('-----'));
			expect(lines.length).toBeGreaterThan(20);
			for (const line of lines) expect(redaction.quote(`no ${line}`, 1_000)).toBe('no [redacted]');
		},
	);

	it('does not take ordinary words with it', () => {
		const redaction = createRedaction(secretTexts({ serviceAccountKey: KEY_FILE }));
		const text = 'BEGIN PRIVATE KEY: see console.cloud.google.com for the service_account';
		expect(redaction.quote(text, 1_000)).toBe(text);
	});
});

describe('the key file of a service account', () => {
	const file = {
		private_key: PEM,
		client_id: '109315509318911840959',
		project_id: 'my-mail-project',
	};

	it.each([
		['as text', JSON.stringify(file)],
		['as an object', file],
	])('keeps its key secret, and not what an administrator needs: %s', (_how, serviceAccountKey) => {
		const redaction = createRedaction(secretTexts({ serviceAccountKey }));
		const told = `client ID ${file.client_id} of ${file.project_id}`;
		expect(redaction.redact(told)).toBe(told);
		expect(holdsPieceOf(redaction.redact(JSON.stringify(file)), BODY)).toBe(false);
	});
});
