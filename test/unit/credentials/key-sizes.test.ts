import { beforeAll, describe, expect, it } from 'vitest';
import { checkCaCertificate } from '../../../credentials/checks/ca-certificate.js';
import { checkClientCertificate } from '../../../credentials/checks/client-certificate.js';
import { findPemBlocks, MAX_PEM_CHARACTERS } from '../../../credentials/checks/pem.js';
import { secretTexts } from '../../../credentials/checks/secret-texts.js';
import { checkServiceAccount } from '../../../credentials/checks/service-account.js';
import {
	createApplicationCertificate,
	type ApplicationCertificate,
} from '../../support/tls/self-signed-rsa.js';

let pair: ApplicationCertificate;
beforeAll(async () => {
	pair = await createApplicationCertificate();
});

/** A text with a filling before it, so that it has a length. */
const filledTo = (text: string, length: number): string => text.trim().padStart(length, '#');

const keyFile = (privateKey: string): Record<string, unknown> => ({
	type: 'service_account',
	private_key: privateKey,
	client_email: 'mailer@my-project.iam.gserviceaccount.com',
});

/** What each field that holds a key or certificate makes of one that is filled up to a length. */
const FIELDS = {
	caCertificate: (length: number) => checkCaCertificate(filledTo(pair.certificate, length)),
	certificate: (length: number) =>
		checkClientCertificate(
			{ ...pair, certificate: filledTo(pair.certificate, length) },
			Date.now(),
		),
	privateKey: (length: number) =>
		checkClientCertificate({ ...pair, privateKey: filledTo(pair.privateKey, length) }, Date.now()),
	serviceAccountKey: (length: number) =>
		checkServiceAccount({
			serviceAccountKey: JSON.stringify(keyFile(pair.privateKey)).padEnd(length),
		}),
	'the key in an object': (length: number) =>
		checkServiceAccount({ serviceAccountKey: keyFile(filledTo(pair.privateKey, length)) }),
} as const;

describe('the size of a key or certificate', () => {
	it.each(Object.entries(FIELDS))('%s is read up to the bound', (_name, check) => {
		expect(check(MAX_PEM_CHARACTERS)).toMatchObject({ ok: true });
	});

	it.each(Object.entries(FIELDS))('%s is refused above it, with both numbers', (_name, check) => {
		expect(check(1_000_000)).toMatchObject({
			ok: false,
			detail: expect.stringContaining('has 1,000,000 characters; at most 262,144 are read'),
			remedy: expect.stringMatching(/^Paste /),
		});
		expect(check(MAX_PEM_CHARACTERS + 1)).toMatchObject({ ok: false });
	});

	it('is bounded where secrets are collected, so that redaction stays quick', () => {
		const text = `${'A'.repeat(63)}\n`.repeat(20_000);
		const texts = secretTexts({ privateKey: text, clientSecret: text, serviceAccountKey: text });
		const longest = Math.max(...texts.map(({ length }) => length));
		expect(longest).toBe(MAX_PEM_CHARACTERS);
	});

	it('does not matter to a block behind any number of boundaries without an end', () => {
		const begins = Array.from({ length: 5_000 }, (_, at) => `-----BEGIN A${String(at)}-----`);
		const text = `${begins.join('')}-----BEGIN KEY-----AAAA-----END KEY-----`;
		expect(findPemBlocks(text)).toEqual([{ label: 'KEY', body: 'AAAA' }]);
		expect(findPemBlocks(`${begins.join('')}-----END B-----`)).toEqual([]);
	});
});
