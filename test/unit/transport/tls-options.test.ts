import tls from 'node:tls';
import { describe, expect, it } from 'vitest';
import { tlsOptions } from '../../../nodes/SmtpOAuthSendEmail/transport/smtp/connection/tls-options.js';

const EXTRA = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n';

describe('tlsOptions', () => {
	it('asks for TLS 1.2 or newer and a certificate that is checked', () => {
		expect(tlsOptions({ allowUnauthorizedCerts: false })).toEqual({
			minVersion: 'TLSv1.2',
			rejectUnauthorized: true,
		});
	});

	it('gives up the check, and nothing else, where it is told to', () => {
		expect(tlsOptions({ allowUnauthorizedCerts: true })).toEqual({
			minVersion: 'TLSv1.2',
			rejectUnauthorized: false,
		});
	});

	it('trusts the extra authority beside those of Node.js, not instead of them', () => {
		const { ca, rejectUnauthorized } = tlsOptions({
			allowUnauthorizedCerts: false,
			caCertificate: EXTRA,
		});
		expect(rejectUnauthorized).toBe(true);
		expect(ca).toContain(EXTRA);
		expect(ca).toEqual(expect.arrayContaining(tls.rootCertificates.slice(0, 20)));
		expect(ca?.length).toBeGreaterThan(tls.rootCertificates.length);
	});
});
