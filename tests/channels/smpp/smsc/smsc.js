// An SMS centre for the tests, on the npm package `smpp`: what comes from the service is told on
// standard output, one JSON object a line, and what it is to do is read from standard input.
//
// {"do": "answer", "next": [...]}  how the next submit_sm are answered, each one of
//                                  {"status": 88}, {"drop": true}, {"delay": 200}, {"cut": true};
//                                  afterwards they are accepted again
// {"do": "hold"}, {"do": "release"}  keep answers back, and give them all
// {"do": "deliver", "pdu": {...}}  send a deliver_sm; "then" says how it was answered
// {"do": "cut"}                    reset all connections
// {"do": "deaf", "is": true}       no longer answer enquire_link
// {"do": "nothing"}
// Each is told to be done.
"use strict";

const readline = require("node:readline");
const smpp = require("smpp");

const PASSWORD = "secret";
const sessions = new Set();
let answers = [];
let held = null;
let deaf = false;
let unanswered = 0;
let ids = 0;

const tell = (event, fields) => console.log(JSON.stringify({ event, ...fields }));

function bind(session, pdu) {
  const status = pdu.password === PASSWORD ? 0 : smpp.ESME_RINVPASWD;
  session.send(pdu.response({ command_status: status, system_id: "tests" }));
  tell("bind", { system_id: pdu.system_id, status });
}

function submit(session, pdu) {
  unanswered += 1;
  const how = answers.shift() || {};
  const id = how.id || `id-${++ids}`;
  tell("submit", {
    id,
    status: how.status || 0,
    unanswered,
    from: [pdu.source_addr_ton, pdu.source_addr_npi, pdu.source_addr],
    to: [pdu.dest_addr_ton, pdu.dest_addr_npi, pdu.destination_addr],
    text: pdu.short_message.message,
    udh: pdu.short_message.udh ? pdu.short_message.udh.map((one) => [...one]) : null,
    esm_class: pdu.esm_class,
    data_coding: pdu.data_coding,
    registered_delivery: pdu.registered_delivery,
    // The package reads a period as the moment at which it ends.
    valid_for: Math.round((pdu.validity_period - Date.now()) / 1000),
  });
  if (how.drop) return;
  if (how.cut) return void session.socket.resetAndDestroy();
  const answer = () => {
    unanswered -= 1;
    session.send(pdu.response({ command_status: how.status || 0, message_id: id }));
  };
  if (held) held.push(answer);
  else if (how.delay) setTimeout(answer, how.delay);
  else answer();
}

const server = smpp.createServer((session) => {
  sessions.add(session);
  session.on("close", () => {
    sessions.delete(session);
    tell("close", {});
  });
  session.on("error", () => {});
  session.on("bind_transceiver", (pdu) => bind(session, pdu));
  session.on("submit_sm", (pdu) => submit(session, pdu));
  session.on("enquire_link", (pdu) => {
    tell("enquire_link", {});
    if (!deaf) session.send(pdu.response());
  });
  session.on("unbind", (pdu) => {
    tell("unbind", {});
    session.send(pdu.response());
  });
});

const actions = {
  answer: (command) => (answers = command.next),
  hold: () => (held = []),
  release: () => {
    const waiting = held;
    held = null;
    waiting.forEach((answer) => answer());
  },
  deliver: ({ pdu }) => {
    if (pdu.hex) {
      pdu.short_message = Buffer.from(pdu.hex, "hex");
      delete pdu.hex;
    }
    const told = (answer) => tell("answered", { status: answer.command_status });
    sessions.forEach((session) => session.deliver_sm(pdu, told));
  },
  enquire: () =>
    sessions.forEach((session) =>
      session.enquire_link((answer) => tell("there", { status: answer.command_status })),
    ),
  unbind: () => sessions.forEach((session) => session.unbind(() => tell("unbound", {}))),
  cut: () => sessions.forEach((session) => session.socket.resetAndDestroy()),
  deaf: ({ is }) => (deaf = is),
  nothing: () => {},
};

readline
  .createInterface({ input: process.stdin })
  .on("line", (line) => {
    const command = JSON.parse(line);
    actions[command.do](command);
    tell("done", {});
  })
  .on("close", () => process.exit(0));
server.listen(0, "127.0.0.1", () => tell("listening", { port: server.address().port }));
