import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { PROVIDER_DOCS } from '../../../credentials/properties/docs-address.js';
import { type } from '../../support/n8n/credential-dialog.js';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const FOLDERS = ['.', 'docs', 'docs/providers', 'examples'];

/** The pages that users and contributors read, by their path below the project's folder. */
const pages = new Map(
	FOLDERS.flatMap((folder) =>
		readdirSync(path.join(ROOT, folder))
			.filter((name) => name.endsWith('.md'))
			.map((name) => path.posix.join(folder, name)),
	).map((page) => [page, readFileSync(path.join(ROOT, page), 'utf8')]),
);

function withoutCode(markdown: string): string {
	return markdown.replaceAll(/^ *```[\s\S]*?^ *```/gm, '').replaceAll(/`[^`\n]*`/g, '');
}

/** The anchors of a page's headings, as GitHub makes them. */
function anchorsOf(markdown: string): Set<string> {
	const anchors = new Set<string>();
	for (const [, heading = ''] of markdown.matchAll(/^#{1,6} (.+)$/gm)) {
		const anchor = heading
			.trim()
			.toLowerCase()
			.replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
			.replaceAll(' ', '-');
		let unique = anchor;
		for (let count = 1; anchors.has(unique); count += 1) unique = `${anchor}-${String(count)}`;
		anchors.add(unique);
	}
	return anchors;
}

/** What is wrong with a link; `undefined` if it leads somewhere. */
function faultOf(link: string, from: string): string | undefined {
	const [file = '', anchor] = link.split('#');
	const target = file === '' ? from : path.posix.join(path.posix.dirname(from), file);
	if (!statSync(path.join(ROOT, target), { throwIfNoEntry: false })) return `${link}: no such file`;
	if (anchor === undefined) return undefined;
	return anchorsOf(pages.get(target) ?? '').has(anchor) ? undefined : `${link}: no such heading`;
}

describe('links in the documentation', () => {
	it.each([...pages.keys()])('%s leads nowhere but to what is there', (page) => {
		const links = [...withoutCode(pages.get(page) ?? '').matchAll(/\]\(([^)\s]+)\)/g)]
			.map(([, link = '']) => link)
			.filter((link) => !/^[a-z]+:/i.test(link));
		expect(links.flatMap((link) => faultOf(link, page) ?? [])).toEqual([]);
	});

	it.each([...pages.keys()])('%s names no file of the tests that is not there', (page) => {
		const named = (pages.get(page) ?? '').matchAll(/`(test\/[\w./-]+\.\w+)`/g);
		expect([...named].flatMap(([, file = '']) => faultOf(file, '.') ?? [])).toEqual([]);
	});

	it('of the credential’s dialog lead to a page, and to a heading on it', () => {
		const links = type.properties.flatMap(({ displayName }) =>
			[...displayName.matchAll(/href="([^"]+)"/g)].map(([, href = '']) => href),
		);
		expect(links.length).toBeGreaterThan(10);
		const faults = links.flatMap((link) =>
			link.startsWith(`${PROVIDER_DOCS}/`)
				? (faultOf(link.slice(PROVIDER_DOCS.length + 1), 'docs/providers/gmail.md') ?? [])
				: link,
		);
		expect(faults).toEqual([]);
	});
});
