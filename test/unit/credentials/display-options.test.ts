import { describe, expect, it } from 'vitest';
import { SmtpOAuth2Api } from '../../../credentials/SmtpOAuth2Api.credentials.js';

const { properties } = new SmtpOAuth2Api();
const names = properties.map(({ name }) => name);

describe('the fields of the credential', () => {
	it.each(properties.filter(({ displayOptions }) => displayOptions !== undefined))(
		'$name looks only at fields of our own: n8n 1.123 gives up on one that the host lacks',
		({ displayOptions }) => {
			const { show = {}, hide = {} } = displayOptions ?? {};
			const foreign = [...Object.keys(show), ...Object.keys(hide)].filter(
				(name) => !names.includes(name),
			);
			expect(foreign).toEqual([]);
		},
	);
});
