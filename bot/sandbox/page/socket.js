// The line to the server. Requests that were not answered are sent again after a broken connection:
// a message carries a key by which the server knows it again.

export class Line {
  constructor(onEvent, onStatus) {
    this.onEvent = onEvent;
    this.onStatus = onStatus;
    this.number = 0;
    this.waiting = new Map();
    this.delay = 300;
  }

  open(person) {
    this.person = person;
    this.drop();
    for (const request of this.waiting.values()) request.reject(new Error("lost"));
    this.waiting.clear();
    this.connect();
  }

  connect() {
    const socket = new WebSocket(`ws://${location.host}/page/live?person=${this.person || ""}`);
    this.socket = socket;
    socket.onmessage = (frame) => this.receive(JSON.parse(frame.data));
    socket.onclose = () => {
      if (this.socket !== socket) return;
      this.onStatus(false);
      for (const [number, request] of this.waiting) {
        if (request.fields.key) continue;
        this.waiting.delete(number);
        request.reject(new Error("lost"));
      }
      this.timer = setTimeout(() => this.connect(), this.delay);
      this.delay = Math.min(this.delay * 1.6, 4000);
    };
  }

  drop() {
    clearTimeout(this.timer);
    const old = this.socket;
    this.socket = null;
    old?.close();
  }

  receive(event) {
    if (event.type === "reply") {
      const request = this.waiting.get(event.re);
      this.waiting.delete(event.re);
      if (event.ok) request?.resolve(event);
      else request?.reject(new Error(event.error));
      return;
    }
    if (event.type === "state") {
      this.delay = 300;
      this.onStatus(true);
    }
    this.onEvent(event);
    if (event.type === "state") for (const [number, request] of this.waiting) this.send(number, request.fields);
  }

  ask(act, fields) {
    const number = ++this.number;
    const body = { do: act, ...fields };
    return new Promise((resolve, reject) => {
      this.waiting.set(number, { fields: body, resolve, reject });
      this.send(number, body);
    });
  }

  send(number, body) {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify({ n: number, ...body }));
  }
}
