// The Node SDKs: `client.mjs NAME HOST KEY` sends one of each kind of message for every line it reads.
import { createRequire } from "node:module";
import { createInterface } from "node:readline";

const [name, host, key] = process.argv.slice(2);
// From where it is started, and not from where this file lies.
const require = createRequire(`${process.cwd()}/`);

function open() {
    if (name === "@segment/analytics-node") {
        const { Analytics } = require(name);
        return new Analytics({ writeKey: key, host, flushAt: 20, flushInterval: 100, maxRetries: 10 });
    }
    const RudderAnalytics = require(name);
    // By default it gives a message up after three tries within two seconds.
    return new (RudderAnalytics.default ?? RudderAnalytics)(key, { dataPlaneUrl: host, flushInterval: 100, retryCount: 12 });
}

const client = open();
client.on?.("error", (error) => console.error(error));

function send(line) {
    const mark = (kind) => `${name}-${line}-${kind}`;
    client.identify({ userId: "u-1", traits: { mark: mark("identify"), phone: "13800138000" } });
    client.track({ userId: "u-1", event: "Order Completed", properties: { mark: mark("track"), total: 99.5, name: "龙井茶" } });
    client.page({ userId: "u-1", name: "Tea", properties: { mark: mark("page") } });
    client.screen({ userId: "u-1", name: "Tea", properties: { mark: mark("screen") } });
    client.group({ userId: "u-1", groupId: "g-1", traits: { mark: mark("group") } });
    client.alias({ previousId: mark("alias"), userId: "u-1" });
}

for await (const line of createInterface({ input: process.stdin })) {
    send(line.trim());
    console.log("sent");
}
process.exit(0);
