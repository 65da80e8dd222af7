import { describe, expect, it } from 'vitest';
import { classifyFailure } from '../../../nodes/SmtpOAuthSendEmail/failure/classify.js';
import { context, errorWith } from '../../support/smtp/fault-context.js';

/** As Node.js 20 (OpenSSL 3.0) and Node.js 24 (OpenSSL 3.5) name the same. */
const HANDSHAKES = [
	['ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE', 'TLS_NOT_OFFERED', false],
	['ERR_SSL_SSL/TLS_ALERT_HANDSHAKE_FAILURE', 'TLS_NOT_OFFERED', false],
	['ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION', 'TLS_NOT_OFFERED', false],
	['ERR_SSL_UNSUPPORTED_PROTOCOL', 'TLS_NOT_OFFERED', false],
	['ERR_SSL_DH_KEY_TOO_SMALL', 'TLS_NOT_OFFERED', false],
	['ERR_SSL_TLSV1_ALERT_INSUFFICIENT_SECURITY', 'TLS_NOT_OFFERED', false],
	['ERR_SSL_UNSAFE_LEGACY_RENEGOTIATION_DISABLED', 'TLS_NOT_OFFERED', false],
	['ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', 'TLS_NOT_OFFERED', false],
	['ERR_SSL_TLSV1_ALERT_UNKNOWN_CA', 'TLS_NOT_OFFERED', false],
	['ERR_SSL_EE_KEY_TOO_SMALL', 'TLS_CERTIFICATE_INVALID', false],
	['ERR_SSL_TLSV1_UNRECOGNIZED_NAME', 'TLS_CERTIFICATE_INVALID', false],
	['ERR_SSL_SSL/TLS_ALERT_BAD_RECORD_MAC', 'CONNECTION_LOST', true],
	['ERR_SSL_UNEXPECTED_EOF_WHILE_READING', 'CONNECTION_LOST', true],
	['ERR_SSL_TLSV1_ALERT_INTERNAL_ERROR', 'CONNECTION_LOST', true],
	['ERR_SSL_SOMETHING_NEW', 'TLS_NOT_OFFERED', false],
] as const;

describe('an error of TLS', () => {
	it.each(HANDSHAKES)('%s comes to %s, retryable %s', (originalCode, code, retryable) => {
		const error = errorWith('ssl', { code: 'ESOCKET', originalCode });
		expect(classifyFailure(error, context('tls'))).toMatchObject({ code, retryable });
	});

	it.each([
		'40E7:error:0A000410:SSL routines:ssl3_read_bytes:sslv3 alert handshake failure:../deps/openssl/openssl/ssl/record/rec_layer_s3.c:1605:SSL alert number 40',
		'00:error:0A000410:SSL routines:ssl3_read_bytes:ssl/tls alert handshake failure:record.c:916:SSL alert number 40',
	])('is known by its words where the code was dropped: %s', (message) => {
		expect(classifyFailure(errorWith(message, { code: 'ETLS' }), context('tls'))).toMatchObject({
			code: 'TLS_NOT_OFFERED',
			message: expect.stringContaining('found no encryption that both use'),
		});
	});

	it('behind the handshake is a broken connection', () => {
		const error = errorWith('x', { originalCode: 'ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE' });
		expect(classifyFailure(error, context('data'))).toMatchObject({
			code: 'CONNECTION_LOST',
			retryable: true,
		});
	});
});
