import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { roomOf, roomOfImport, ROOMS } from '../../rooms.mjs';
import { PROJECT } from './manifest.js';

const LARGEST_ROOM = 15;

const files = ['nodes', 'credentials', 'sandbox'].flatMap((root) =>
	readdirSync(path.join(PROJECT, root), { recursive: true, encoding: 'utf8' })
		.filter((name) => name.endsWith('.ts'))
		.map((name) => `${root}/${name.split(path.sep).join('/')}`),
);

/** The rooms that the files of each room import from. */
const arrows = new Map<string, Set<string>>();
for (const file of files) {
	const room = roomOf(file) ?? '';
	const targets = arrows.get(room) ?? new Set();
	arrows.set(room, targets);
	const source = readFileSync(path.join(PROJECT, file), 'utf8');
	for (const [, specifier = ''] of source.matchAll(/\bfrom '([^']+)'/g)) {
		const target = roomOfImport(file, specifier);
		if (target !== undefined && target !== room) targets.add(target);
	}
}

describe('the rooms of rooms.mjs', () => {
	it('names every room that has files, and no other', () => {
		expect(Object.keys(ROOMS).sort()).toEqual([...arrows.keys()].sort());
	});

	it.each(Object.entries(ROOMS))('%s knows each room that it may know', (room, known) => {
		expect([...(arrows.get(room) ?? [])].sort()).toEqual([...known].sort());
	});

	it('has no circle of rooms', () => {
		const open = new Set(arrows.keys());
		const isFree = (room: string) =>
			[...(arrows.get(room) ?? [])].every((target) => !open.has(target));
		for (let free = [...open].filter(isFree); free.length > 0; free = [...open].filter(isFree)) {
			for (const room of free) open.delete(room);
		}
		expect([...open]).toEqual([]);
	});

	it.each([...arrows.keys()])('%s holds few enough files to see them all', (room) => {
		expect(files.filter((file) => roomOf(file) === room).length).toBeLessThanOrEqual(LARGEST_ROOM);
	});

	it.each(['bench', 'e2e', 'test'].flatMap(foldersOf))(
		'%s, a folder without rooms, holds few enough files to see them all',
		(folder) => {
			const names = readdirSync(path.join(PROJECT, folder)).filter((name) => name.endsWith('.ts'));
			expect(names.length).toBeLessThanOrEqual(LARGEST_ROOM);
		},
	);
});

/** The folder and those in it, without what `.gitignore` keeps out: names that begin with a dot. */
function foldersOf(root: string): string[] {
	const inside = readdirSync(path.join(PROJECT, root), { withFileTypes: true })
		.filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
		.flatMap((entry) => foldersOf(`${root}/${entry.name}`));
	return [root, ...inside];
}
