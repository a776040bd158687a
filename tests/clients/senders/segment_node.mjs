// The story of test_real_clients.py, told by @segment/analytics-node: ADDRESS KEY.
import { Analytics } from "@segment/analytics-node";

const [host, writeKey] = process.argv.slice(2);
const client = new Analytics({ host, writeKey, maxRetries: 0 });
client.on("error", (error) => { console.error(error); process.exitCode = 1; });
const anonymousId = "0190a0c8-7b1c-4a52-9a5c-3f5d4c6b2a10";
const page = { url: "https://www.example.com/prices?utm_source=news&utm_medium=cpc", path: "/prices" };
client.page({ anonymousId, properties: page });
client.track({ anonymousId, event: "Price Viewed" });
client.identify({ userId: "u-42", anonymousId, traits: { email: "mina@acme.example", name: "Mina Rau" } });
client.alias({ previousId: anonymousId, userId: "u-42" });
// One clock tick later: of two companies told in the same instant neither is the later one.
await new Promise((done) => setTimeout(done, 5));
client.group({ userId: "u-42", groupId: "acme", traits: { name: "Acme Works", industry: "tools" } });
client.screen({ userId: "u-42", name: "Start" });
client.track({ userId: "u-42", event: "Order Completed", properties: { revenue: 12.5, currency: "EUR" } });
await client.closeAndFlush();
