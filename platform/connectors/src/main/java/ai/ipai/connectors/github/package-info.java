/** Delivery data of GitHub repositories by its REST API, and a server that replays some. */
@NullMarked
package ai.ipai.connectors.github;

import org.jspecify.annotations.NullMarked;
