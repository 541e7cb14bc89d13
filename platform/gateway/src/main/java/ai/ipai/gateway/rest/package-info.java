/** PostgREST's interface: tables, views and functions of the exposed schemas over HTTP. */
@NullMarked
package ai.ipai.gateway.rest;

import org.jspecify.annotations.NullMarked;
