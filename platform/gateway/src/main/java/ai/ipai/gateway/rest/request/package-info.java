/** What a request asks for: URL, headers and body, read before any catalog is looked at. */
@NullMarked
package ai.ipai.gateway.rest.request;

import org.jspecify.annotations.NullMarked;
