"""Every write of the judging room: pool → draws → sheets → rankings → results.

How writes to one heat keep out of each other's way: whoever moves a heat locks the heat row first, then the
score sheets. Whoever writes one sheet locks that sheet alone and only then reads the state of the heat, in a
statement of its own. So judges never wait for each other, and a save in the second of the lock is either wholly
in the ranking or refused.
"""
