import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { PROJECT } from './manifest.js';

const NODE = 'nodes/SmtpOAuthSendEmail';
const COMPARISON =
	/(?:[!=]==|\bcase)\s*'(?:smtp|graph|gmailApi)'|'(?:smtp|graph|gmailApi)'\s*[!=]==/;

it('compares transports by name in transport/ and in credentials/ only', () => {
	const comparing = readdirSync(path.join(PROJECT, NODE), { recursive: true, encoding: 'utf8' })
		.map((name) => name.split(path.sep).join('/'))
		.filter((name) => name.endsWith('.ts') && !name.startsWith('transport/'))
		.filter((name) => COMPARISON.test(readFileSync(path.join(PROJECT, NODE, name), 'utf8')));
	expect(comparing).toEqual([]);
});
