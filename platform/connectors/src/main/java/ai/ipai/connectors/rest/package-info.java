/** HTTP APIs that a file describes: where, with what login, in what pages, which fields. */
@NullMarked
package ai.ipai.connectors.rest;

import org.jspecify.annotations.NullMarked;
