// Calls one function of a JavaScript program with plain data and replies with what it claims to return.
//
// job.json holds {"entry", "module", "calls"}, the arguments in the sandbox's own plain data (wire.py), as is
// the reply on descriptor 3. The program shares this process and may forge all of it: the expected values are
// not here.
//
// Numbers: a Number that is a safe integer, other than -0, is an integer; every other Number is a float; a
// BigInt is an integer. undefined and holes are None. Integers beyond 2^53 - 1 arrive as BigInt.
'use strict';
const fs = require('fs');
const vm = require('vm');

const job = JSON.parse(fs.readFileSync('job.json', 'utf8'), read);
fs.unlinkSync('job.json');

function read(_, value) {
    if (value === null || typeof value !== 'object' || Array.isArray(value)) return value;
    const keys = Object.keys(value);
    if (keys.length !== 1 || keys[0][0] !== '\0') return value;
    const body = value[keys[0]];
    switch (keys[0][1]) {
        case 't': return body;
        case 's': case 'z': return new Set(body);
        case 'd': return new Map(body);
        case 'i': return body[0] === '-' ? -BigInt(body.slice(1)) : BigInt(body);
        case 'f': return { nan: NaN, inf: Infinity, '-inf': -Infinity }[body];
        default: throw new TypeError('unknown plain data');
    }
}

class Unsupported extends Error {}

function text(value) {
    return JSON.stringify(value).replace(/[\u007f-\uffff]/g, (unit) => '\\u' + unit.charCodeAt(0).toString(16).padStart(4, '0'));
}

function number(value) {
    if (Number.isSafeInteger(value) && !Object.is(value, -0)) return String(value);
    if (Object.is(value, -0)) return '-0.0';
    if (Number.isNaN(value)) return '{"\\u0000f":"nan"}';
    if (!Number.isFinite(value)) return value > 0 ? '{"\\u0000f":"inf"}' : '{"\\u0000f":"-inf"}';
    const shown = String(value);
    return /[.e]/.test(shown) ? shown : shown + '.0';
}

function write(value, depth) {
    if (value === null || value === undefined) return 'null';
    switch (typeof value) {
        case 'boolean': return value ? 'true' : 'false';
        case 'number': return number(value);
        case 'string': return text(value);
        case 'bigint': return `{"\\u0000i":"${value < 0n ? '-' : ''}0x${(value < 0n ? -value : value).toString(16)}"}`;
        case 'object': break;
        default: throw new Unsupported(`a ${typeof value} is not plain data`);
    }
    if (depth >= 190) throw new Unsupported('a value is nested too deep');
    const inner = (item) => write(item, depth + 1);
    if (Array.isArray(value)) return '[' + Array.from(value, inner).join(',') + ']';
    if (ArrayBuffer.isView(value) && !(value instanceof DataView)) return '[' + Array.from(value).map(inner).join(',') + ']';
    if (value instanceof Set) return '{"\\u0000s":[' + Array.from(value, inner).join(',') + ']}';
    if (value instanceof Map) return pairs(Array.from(value), inner);
    const made = Object.getPrototypeOf(value);
    if (made !== null && made !== Object.prototype) throw new Unsupported('an object of a class is not plain data');
    return pairs(Object.entries(value), inner);
}

function pairs(entries, inner) {
    return '{"\\u0000d":[' + entries.map(([key, item]) => `[${inner(key)},${inner(item)}]`).join(',') + ']}';
}

function explain(error) {
    try {
        return text((error instanceof Error ? `${error.name}: ${error.message}` : `thrown: ${String(error)}`).slice(0, 300));
    } catch {
        return '"an error that cannot be shown"';
    }
}

function send(body) {
    const data = Buffer.from('V' + body, 'latin1');
    const head = Buffer.alloc(4);
    head.writeUInt32BE(data.length);
    const whole = Buffer.concat([head, data]);
    for (let sent = 0; sent < whole.length;) sent += fs.writeSync(3, whole, sent);
    process.exit(0);
}

async function load() {
    if (job.module) {
        const names = await import(process.cwd() + '/solution.mjs');
        return names.rlvr_gym_entry;
    }
    const source = fs.readFileSync('solution.js', 'utf8').replace(/^#!.*/, '');
    const module = { exports: {} };
    const tail = `\n;return typeof ${job.entry} === 'undefined' ? undefined : ${job.entry};`;
    const names = ['exports', 'require', 'module', '__filename', '__dirname'];
    const whole = vm.compileFunction(source + tail, names, { filename: 'solution.js' });
    const path = process.cwd() + '/solution.js';
    const found = whole.call(module.exports, module.exports, require('module').createRequire(path), module, path, process.cwd());
    return found ?? module.exports[job.entry];
}

async function main() {
    let entry;
    try {
        entry = await load();
        if (typeof entry !== 'function') throw new TypeError(`${job.entry} is not a function`);
    } catch (error) {
        return send(`{"error":${explain(error)}}`);
    }
    const answers = [];
    for (const args of job.calls) {
        try {
            answers.push(`{"ok":${write(await entry(...args), 0)}}`);
        } catch (error) {
            answers.push(error instanceof Unsupported ? `{"error":${text('UnsupportedType: ' + error.message)}}` : `{"error":${explain(error)}}`);
        }
    }
    return send(`{"calls":[${answers.join(',')}]}`);
}

main();
