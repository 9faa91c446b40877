package dev.spoor.detect.baseline;

/**
 * A value that is compared: a user agent, a network, a namespace or a sensitive act. Equal ones are
 * one object with one number, as long as not too many are known ({@link Names}).
 */
record Name(String text, long number) {}
